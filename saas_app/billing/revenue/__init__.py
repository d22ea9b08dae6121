"""What was earned: every cent as a row that is never changed, and how the monthly sum moved."""
