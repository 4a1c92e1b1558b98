"""Small tables of categories: fruit, neurons, rain, disease.

Source: MCB128 block 1; Deep Learning in Python.
"""

from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from ribbonet.estimators import MLPClassifier, Perceptron


def fruit() -> str:
    """Apple or orange, from weight in grams and redness: one logistic unit."""
    X = [[150, 0.9], [170, 0.8], [140, 0.7], [180, 0.3], [200, 0.2], [160, 0.1]]
    y = ["apple"] * 3 + ["orange"] * 3
    model = make_pipeline(StandardScaler(), Perceptron(learning_rate=0.1, random_state=0)).fit(X, y)
    return model.predict([[165, 0.75]])[0]


def neuron() -> str:
    """Active, inactive or refractory, from two categories and a number: softmax."""
    X = [["strong", "yes", 2], ["strong", "yes", 40], ["weak", "yes", 2]]
    X += [["weak", "no", 40], ["strong", "no", 30], ["weak", "no", 35]]
    y = ["refractory", "active", "refractory", "inactive", "active", "inactive"]
    columns = make_column_transformer((OneHotEncoder(), [0, 1]), (StandardScaler(), [2]))
    model = make_pipeline(columns, MLPClassifier((8,), learning_rate=0.05, random_state=0))
    model.fit(X, y)
    assert model.score(X, y) == 1
    return model.predict([["strong", "no", 3]])[0]


def rain() -> str:
    """Rain or none, from humidity, wet ground, month and place."""
    X = [[90, 1, "Nov", "coast"], [85, 1, "Mar", "hills"], [80, 0, "Nov", "hills"]]
    X += [[30, 0, "Jul", "coast"], [40, 0, "Jul", "hills"], [35, 1, "Jul", "plain"]]
    places = OneHotEncoder(handle_unknown="ignore")
    columns = make_column_transformer((StandardScaler(), [0, 1]), (places, [2, 3]))
    model = make_pipeline(columns, MLPClassifier((8,), learning_rate=0.05, random_state=0))
    return model.fit(X, ["rain"] * 3 + ["none"] * 3).predict([[88, 1, "Dec", "plain"]])[0]


def disease() -> float:
    """Return the probability of disease, from exercise a week, age, BMI and vegetables a day."""
    X = [[0, 60, 33, 0], [1, 55, 31, 1], [0, 70, 29, 1]]
    X += [[5, 30, 22, 4], [3, 40, 24, 3], [4, 65, 23, 5]]
    model = make_pipeline(StandardScaler(), Perceptron(learning_rate=0.1, random_state=0))
    return model.fit(X, [1, 1, 1, 0, 0, 0]).predict_proba([[1, 58, 30, 1]])[0, 1]


if __name__ == "__main__":
    print(f"165 g, rather red: {fruit()}")
    print(f"a strong stimulus 3 ms after a spike: {neuron()}")
    print(f"humid, wet ground, December: {rain()}")
    print(f"little exercise, 58 years, BMI 30: disease with probability {disease():.2f}")
