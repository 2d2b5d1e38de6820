"""The figures: each module measures one promise. Its opening paragraph is its method."""
