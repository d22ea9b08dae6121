"""The pages: layout, state, components. No SQL, no HTTP, no maths."""
