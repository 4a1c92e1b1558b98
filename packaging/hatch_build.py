"""What a wheel has besides the package: man pages, completion of shells, the guides."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COMPLETION = {
    "bash": "share/bash-completion/completions/ribbonet",
    "zsh": "share/zsh/site-functions/_ribbonet",
    "fish": "share/fish/vendor_completions.d/ribbonet.fish",
}
"""Where each shell looks for the completion of a command, below the prefix."""
ASK = (
    "import sys; sys.path.insert(0, sys.argv[1]); sys.argv = ['ribbonet']; "
    "from ribbonet.cli import main; main()"
)


class SharedFiles(BuildHookInterface[Any]):
    """Makes them from the source before a wheel is packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them to the wheel's data, which pip installs below the prefix."""
        if version == "editable":
            return
        self._made = TemporaryDirectory()
        root, made = Path(self.root), Path(self._made.name)
        shared = build_data["shared_data"]
        sys.path.insert(0, str(root / "src"))
        spec = importlib.util.spec_from_file_location("manual", root / "packaging/manual.py")
        assert spec is not None
        assert spec.loader is not None
        manual = sys.modules["manual"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(manual)
        for page in manual.write_man_pages(made / "man"):
            shared[str(page)] = f"share/man/man1/{page.name}"
        for shell, place in COMPLETION.items():
            path = made / shell
            path.write_text(_completion(shell, root / "src"), encoding="utf-8", newline="\n")
            shared[str(path)] = place
        for guide in sorted((root / "docs").glob("*.md")):
            shared[str(guide)] = f"share/doc/ribbonet/{guide.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made."""
        if version != "editable":
            self._made.cleanup()


def _completion(shell: str, source: Path) -> str:
    """Return the script that `ribbonet` itself prints for a shell."""
    environment = os.environ | {
        "_RIBBONET_COMPLETE": f"source_{shell}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    # the source by argument: pip takes a folder that is installed editable out of PYTHONPATH
    command = [sys.executable, "-c", ASK, str(source)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip() + "\n"
