"""Who governs the plan, and what those bodies decided."""
