"""The risk register: how likely and how grave each risk of the plan is, and what its reviews found."""
