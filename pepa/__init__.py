"""PEPA, Hillston's Performance Evaluation Process Algebra: language, semantics and analyses, without a screen."""
