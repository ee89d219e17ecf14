"""What clients asked and heard in a run, and whether one shop that keeps its promises could have answered so."""
