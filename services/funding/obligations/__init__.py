"""After winning: money committed, received and spent, what each contract asks for by when, and what was learnt."""
