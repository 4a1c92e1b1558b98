"""Commands of the teaching material: worked examples, lessons and the documents' figures."""
