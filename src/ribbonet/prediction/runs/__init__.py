"""Long predictions: streams, files and folders, resumable, on one machine or many."""
