import pytest

from ribbonet.errors import InputError
from ribbonet.models.build import build_network
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.config_files import format_config, read_config


def test_the_default_is_the_network_of_1988():
    (stage,) = ModelConfig().stages
    assert (stage.window, stage.hidden, stage.activation) == (13, (40,), "sigmoid")


def test_stages_in_order_and_whole_numbers_as_rates(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(
        "seed = 7\n[[stage]]\nlearning_rate = 1\n[[stage]]\nhidden = []\npatience = 2\n"
    )
    config = read_config(path)
    assert config == ModelConfig(
        (StageConfig(learning_rate=1.0), StageConfig(hidden=(), patience=2)), seed=7
    )


@pytest.mark.parametrize(
    "stages",
    [
        (StageConfig(),),
        (StageConfig(hidden=(), l2=1e-7, one_per_cluster=True), StageConfig(hidden=(9, 3))),
        (StageConfig(learning_rate=1e-05, patience=2, average=0.999, schedule="cosine"),),
    ],
)
def test_what_is_written_is_read_back(tmp_path, stages):
    config = ModelConfig(stages, seed=2**40)
    path = tmp_path / "c.toml"
    path.write_text(format_config(config))
    assert read_config(path) == config


BAD = {
    "states = 4": "states = 4: give one of 3, 8",
    'inputs = "letters"': "inputs = 'letters': give one of sequence, profile, features",
    "[[stage]]\ndilations = [1]\nhidden = [8, 8]": "hidden = (8, 8): give one number, the units of "
    "all layers, with dilations",
    "[[stage]]\nkernel = 9": "kernel = 9: is for networks with dilations, others have a window; "
    "leave it out",
    "[[stage]]\nchain_mean = true": "chain_mean = True: is for networks with dilations; leave it "
    "out",
    "[[stage]]\nattention = [1]": "attention = (1,): give some of the 0 blocks, in order",
    "[[stage]]\ndilations = [1, 2]\nattention = [2, 1]": "attention = (2, 1): give some of the 2 "
    "blocks, in order",
    "[[stage]]\ndilations = [1, 2]\nattention = [3]": "attention = (3,): give some of the 2 "
    "blocks, in order",
    "[[stage]]\ndilations = [1]\nhidden = [40]\nattention = [1]\nheads = 3": "heads = 3: give "
    "heads that have an even share each of hidden = 40",
    "[[stage]]\nheads = 2": "heads = 2: is for networks with attention; leave it out",
    "[[stage]]\ndilations = [0]": "dilations = (0,): give a list of whole numbers above 0, or []",
    "[[stage]]\nkernel = 4": "kernel = 4: give an odd number above 0",
    "[[stage]]\nclip = 0": "clip = 0.0: give a number above 0",
    "[[stage]]\nmask = 1": "mask = 1.0: give a number from 0 to below 1",
    "seed = -1": "seed = -1: give a whole number, 0 or more",
    "sead = 1": "unknown key 'sead' in the file; known: embedding, inputs, seed, stage, states",
    "stage = []": "stage: give one table [[stage]] for each stage",
    "[[stage]]\nwindow = 12": "window = 12: give an odd number above 0",
    "[[stage]]\nwindow = 1.5": "window = 1.5: give a value of the kind int",
    "[[stage]]\nhidden = [0]": "hidden = (0,): give a list of whole numbers above 0, or []",
    "[[stage]]\nepochs = 0": "epochs = 0: give a whole number above 0",
    "[[stage]]\nlearning_rate = 0": "learning_rate = 0.0: give a number above 0",
    "[[stage]]\nl2 = -1": "l2 = -1.0: give a number, 0 or more",
    "[[stage]]\npatience = 0": "patience = 0: give a number above 0",
    "[[stage]]\noptimizer = 'adam'\nmomentum = 0.5": "momentum = 0.5: optimizer = 'adam' takes "
    "none; leave it out",
    "[[stage]]\nweight_decay = 0.1": "weight_decay = 0.1: optimizer = 'sgd' takes none; "
    "leave it out",
    "[[stage]]\noptimizer = 'nesterov'\nmomentum = 0": "momentum = 0.0: Nesterov's rule needs one "
    "above 0, such as 0.9",
}


@pytest.mark.parametrize("text", BAD)
def test_what_does_not_fit_is_named_with_its_file(tmp_path, text):
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert str(caught.value) == f"{path}: {BAD[text]}"


def test_names_that_are_not_known_are_answered_with_those_that_are(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text('[[stage]]\nactivation = "sigmoyd"')
    with pytest.raises(InputError, match=r"activation = 'sigmoyd': give one of .*sigmoid"):
        read_config(path)


def test_a_file_that_is_missing_or_not_toml(tmp_path):
    with pytest.raises(InputError, match=r"none.toml: no such configuration; give one of 1988, "):
        read_config(tmp_path / "none.toml")
    path = tmp_path / "c.toml"
    path.write_text("window: 13")
    with pytest.raises(InputError, match=r"c.toml: is not TOML: "):
        read_config(path)


def test_a_network_of_convolutions_states_and_inputs(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(
        'states = 8\ninputs = "profile"\n[[stage]]\nhidden = [96]\ndilations = [1, 2]\nkernel = 5\n'
        'mask = 0.1\nclip = 1\noptimizer = "muon"\nweight_decay = 0.05\n'
    )
    stage = StageConfig(
        hidden=(96,),
        dilations=(1, 2),
        kernel=5,
        mask=0.1,
        clip=1.0,
        optimizer="muon",
        weight_decay=0.05,
    )
    config = ModelConfig((stage,), states=8, inputs="profile")
    assert read_config(path) == config
    path.write_text(format_config(config))
    assert read_config(path) == config


@pytest.mark.parametrize(
    "line",
    [
        "hidden = [1000000000]",
        "hidden = [true]",
        "window = 1000000001",
        "kernel = 1000000001",
        "dilations = [1000000000]",
        "networks = 1000000000",
        "batch_size = 1000000000000",
        "epochs = 1000000000000",
        *(f"learning_rate = {rate}" for rate in ("inf", "nan", "-inf", "0.0")),
        *(f"{name} = {value}" for name in ("clip", "l2") for value in ("inf", "nan")),
        "weight_decay = inf\noptimizer = 'adamw'",
        f"hidden = [{', '.join(['9'] * 10_000)}]",
    ],
)
def test_absurd_numbers_are_refused(tmp_path, line):
    path = tmp_path / "c.toml"
    path.write_text(f"[[stage]]\n{line}\n")
    with pytest.raises(InputError, match=f"{line.split()[0]} = .*: give a"):
        read_config(path)


def test_a_network_of_too_many_weights_is_not_built():
    with pytest.raises(InputError, match="are the most; give fewer units"):
        build_network(StageConfig(hidden=(100_000, 100_000)), first=True)


@pytest.mark.parametrize(
    "content", ["a = " + "[" * 50_000, "x = " + "{a = " * 50_000, "#" * 5_000_000]
)
def test_nesting_and_length_without_end_are_refused(tmp_path, content):
    path = tmp_path / "c.toml"
    path.write_text(content)
    with pytest.raises(InputError, match=r"is nested too deeply|is not TOML|has more than"):
        read_config(path)


def test_a_fault_shows_the_start_of_a_long_value():
    with pytest.raises(InputError, match="give at most 1000 numbers") as error:
        StageConfig(hidden=(4,), dilations=(1,) * 100_000)
    assert len(str(error.value)) < 200
