"""What people are told of that is no call: applications, tasks, the plan, money, devices, sources, webhooks."""
