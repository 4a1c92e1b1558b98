"""The room Learn: lessons to read, answers that are checked, and a loss to walk down."""
