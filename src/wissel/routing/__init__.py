"""Which network, which next agent, which settlement and which day; every choice says why."""
