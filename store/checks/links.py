"""Rows that name rows: each of them must be there."""

from store.checks.found import Found, shown
from store.snapshot import Snapshot

# (table, its key, the column that names, the table that is named, what of it is named)
NAMES = (
    ("account", "member", "member", "member", "id"),
    ("activity", "id", "member", "member", "id"),
    ("activity", "id", "room", "room", "id"),
    ("entry", "id", "member", "member", "id"),
    ("identity", "external_id", "member", "member", "id"),
    ("inbox", "message", "activity", "activity", "id"),
    ("lot_use", "entry", "entry", "entry", "id"),
    ("member", "id", "home_room", "room", "id"),
    ("member", "id", "id", "account", "member"),
    ("member", "id", "id", "identity", "member"),
    ("note", "entry", "entry", "entry", "id"),
    ("claim", "thing", "member", "member", "id"),
    ("decision", "activity", "activity", "activity", "id"),
    ("post", "id", "member", "member", "id"),
    ("post", "id", "room", "room", "id"),
    ("presence", "member", "member", "member", "id"),
    ("presence", "member", "room", "room", "id"),
    ("presence", "member", "inviter", "member", "id"),
    ("purchase", "number", "member", "member", "id"),
    ("referral", "invitee", "invitee", "member", "id"),
    ("referral", "invitee", "inviter", "member", "id"),
    ("tag", "tag", "member", "member", "id"),
    ("waiting", "key", "activity", "activity", "id"),
    ("waiting", "key", "member", "member", "id"),
)

KEYS = {
    "account": "member", "activity": "id", "budget": "campaign", "claim": "thing",
    "decision": "activity", "entry": "id",
    "gram": "gram", "identity": "external_id", "inbox": "message", "job_run": "job",
    "lot": "expires_on", "lot_use": "entry", "member": "id", "note": "entry", "post": "id",
    "presence": "member", "purchase": "number", "referral": "invitee", "room": "id",
    "score": "day", "tag": "tag", "terms": "since", "waiting": "key",
}  # fmt: skip
"""Every table that belongs to communities, and what of its key tells a row best."""

# What else must not be found, as (sentence, SELECT of its places)
NEVER = (
    ("inbox {}/{}: names activity {}, which came in another message",
     "SELECT inbox.channel, inbox.message, inbox.activity FROM inbox JOIN activity"
     " ON activity.community = inbox.community AND activity.id = inbox.activity"
     " WHERE activity.channel <> inbox.channel OR activity.message <> inbox.message"
     " ORDER BY inbox.activity"),
    ("note {}: its entry is {}, which needs no reason",
     "SELECT note.entry, entry.kind FROM note JOIN entry"
     " ON entry.community = note.community AND entry.id = note.entry"
     " WHERE entry.actor IS NULL ORDER BY note.entry"),
    ("entry {}: more is taken back than it gave, {} of {}",
     "SELECT entry.id, -moved, entry.points FROM"
     " (SELECT community, reverses, CAST(sum(points) AS BIGINT) AS moved FROM entry"
     "  WHERE reverses IS NOT NULL GROUP BY community, reverses) AS taking"
     " JOIN entry ON entry.community = taking.community AND entry.id = taking.reverses"
     " WHERE moved > 0 AND entry.points > -moved OR moved < 0 AND entry.points < -moved"
     " ORDER BY entry.id"),
    ("decision {}: its deed still waits for an admin, {}",
     "SELECT decision.activity, waiting.key FROM decision JOIN waiting"
     " ON waiting.community = decision.community AND waiting.activity = decision.activity"
     " WHERE waits_for = 'admin' ORDER BY decision.activity, waiting.key"),
    ("community {}: clock_at is {}, created_at is {}",
     "SELECT id, clock_at, created_at FROM community WHERE clock_at < created_at"),
)  # fmt: skip


def compare(view: Snapshot, found: Found) -> None:
    """Looks for rows that name what is not there, or belong to no community."""
    for here, key, column, there, target in NAMES:
        for name, named in view.stream(
            f"SELECT here.{key}, here.{column} FROM {here} AS here LEFT JOIN {there} AS there"
            f" ON there.community = here.community AND there.{target} = here.{column}"
            f" WHERE there.{target} IS NULL AND here.{column} IS NOT NULL"
        ):
            named_row = f"{here} {shown(name)}: {column} is {shown(named)}"
            found.say(f"{named_row}, and no {there} has that {target}")
    for table, key in KEYS.items():
        for name, community in view.stream(
            f"SELECT here.{key}, here.community FROM {table} AS here LEFT JOIN community AS there"
            " ON there.id = here.community WHERE there.id IS NULL"
        ):
            found.say(f"{table} {shown(name)}: there is no community {shown(community)}")
    for sentence, sql in NEVER:
        for row in view.stream(sql):
            found.say(sentence.format(*map(shown, row)))
