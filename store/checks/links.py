"""Rows that name rows: each of them must be there."""

from bot.points.types import MERGE
from store.checks.found import Found, shown
from store.snapshot import Snapshot

# (table, its key, the column that names, the table that is named, what of it is named)
NAMES = (
    ("account", "member", "member", "member", "id"),
    ("account", "member", "merged_into", "member", "id"),
    ("bind_code", "member", "member", "member", "id"),
    ("wrong_code", "member", "member", "member", "id"),
    ("activity", "id", "member", "member", "id"),
    ("activity", "id", "room", "room", "id"),
    ("entry", "id", "member", "member", "id"),
    ("identity", "external_id", "member", "member", "id"),
    ("inbox", "message", "activity", "activity", "id"),
    ("lot_use", "entry", "entry", "entry", "id"),
    ("member", "id", "home_room", "room", "id"),
    ("member", "id", "id", "account", "member"),
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
    "account": "member", "activity": "id", "bind_code": "member", "budget": "campaign",
    "claim": "thing", "decision": "activity", "entry": "id", "gram": "gram",
    "identity": "external_id", "inbox": "message", "job_run": "job", "lot": "expires_on",
    "lot_use": "entry", "member": "id", "note": "entry", "outbox": "id", "post": "id",
    "presence": "member", "purchase": "number", "referral": "invitee", "room": "id",
    "score": "day", "tag": "tag", "terms": "since", "waiting": "key", "wrong_code": "member",
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
    ("member {0}: id is {0}, and no identity has that member",
     "SELECT member.id FROM member LEFT JOIN account ON account.community = member.community"
     " AND account.member = member.id LEFT JOIN identity"
     " ON identity.community = member.community AND identity.member = member.id"
     " WHERE identity.member IS NULL AND account.merged_into IS NULL ORDER BY member.id"),
    ("identity {}: member is {}, which is member {} by now",
     "SELECT external_id, identity.member, merged_into FROM identity JOIN account"
     " ON account.community = identity.community AND account.member = identity.member"
     " WHERE merged_into IS NOT NULL ORDER BY identity.member"),
    ("account {}: merged_into is {}, but no activity tells of it",
     "SELECT account.member, merged_into FROM account LEFT JOIN activity"
     " ON activity.community = account.community AND activity.outcome = 'nothing'"
     f" AND activity.key = '{MERGE}/' || account.member"
     " WHERE merged_into IS NOT NULL AND activity.id IS NULL ORDER BY account.member"),
    ("account {}: merged_into is {}, which is account {} by now",
     "SELECT account.member, account.merged_into, later.merged_into FROM account"
     " JOIN account AS later ON later.community = account.community"
     " AND later.member = account.merged_into WHERE later.merged_into IS NOT NULL"
     " ORDER BY account.member"),
    ("activity {0}: tells that member {1} is another by now, account {1} does not",
     f"SELECT activity.id, substr(activity.key, {len(MERGE) + 2}) FROM activity"
     " LEFT JOIN account ON account.community = activity.community"
     " AND account.merged_into IS NOT NULL"
     f" AND activity.key = '{MERGE}/' || account.member"
     f" WHERE activity.kind = '{MERGE}' AND account.member IS NULL ORDER BY activity.id"),
    ("entry {}: {} points are carried over as {}, by no entry of the member that it is now",
     "SELECT one.id, one.points, one.key FROM entry AS one"
     " LEFT JOIN account ON account.community = one.community AND account.member = one.member"
     " LEFT JOIN entry AS other ON other.community = one.community"
     " AND other.key = CASE WHEN one.key LIKE '%/out' THEN replace(one.key, '/out', '/in')"
     "  ELSE replace(one.key, '/in', '/out') END"
     " LEFT JOIN account AS partner ON partner.community = other.community"
     " AND partner.member = other.member"
     " WHERE one.kind = 'transfer' AND (other.id IS NULL OR other.points <> -one.points"
     "  OR other.member = one.member"
     "  OR coalesce(account.merged_into, one.member) <> coalesce(partner.merged_into,"
     "   other.member)) ORDER BY one.id"),
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
