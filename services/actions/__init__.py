"""Actions owns plans and their progress: areas, objectives, actions, activities, indicators, risks and governance."""
