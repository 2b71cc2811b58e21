"""A community-points bot: messages become activities, rules turn them into entries, a reply says
so."""
