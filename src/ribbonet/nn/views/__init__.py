"""Networks shown: figures, summaries, worked examples, and ONNX models."""
