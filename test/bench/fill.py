# SPDX-License-Identifier: Apache-2.0
"""Tickets by the million, with three to five events each, as the service would have written them: every one of them can be made
again from its events. They are spread over the months before now."""

import itertools
import json
import re

CHUNK = 50000
MONTHS = 12

THINGS = ["支付网关", "磁盘阵列", "数据库连接", "短信网关", "工资核算", "总账系统", "备份任务", "证书", "负载均衡", "消息队列", "登录页面", "报表服务",
          "接口限流", "定时任务", "日志采集", "缓存集群", "文件存储", "监控告警", "网络交换机", "域名解析"]
TROUBLES = ["超时", "报错", "空间不足", "响应缓慢", "无法登录", "数据不一致", "内存泄漏", "重启失败", "版本过旧", "需要扩容", "配置错误", "间歇性中断"]
STORIES = ["用户付款失败，页面一直等待", "早高峰时每分钟约有三次", "上次变更之后开始出现", "重启之后恢复，一小时后又出现", "只在第七分行的终端上看到", "日志里没有任何记录",
           "夜间批处理没有按时完成", "请在月底结账之前处理"]
RARE = "量子纠缠"  # in one title of a million

CJK = "[\u3005-\u3007\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]"


def terms(text):
    """What server/domain/search.c makes of a text."""
    found = []
    for run in re.findall(f"{CJK}+|[0-9a-z]+", text.lower()):
        pairs = [run[i:i + 2] for i in range(len(run) - 1)] + [run[-1]] if re.match(CJK, run) else [run]
        found += pairs
    return " ".join(f"'{term}'" for term in found)


def vocabulary():
    """Rows of title, description and their terms."""
    for number, (thing, trouble) in enumerate(itertools.product(THINGS, TROUBLES)):
        title, story = thing + trouble, STORIES[number % len(STORIES)]
        yield title, story, terms(f"{title} {story}")


def sql(value):
    return "'" + str(value).replace("'", "''") + "'"


# One chunk of tickets :first to :last. The moves of a ticket are an hour apart.
CHUNK_SQL = """
set session_replication_role = replica;
set search_path = weihu, public;
create temp table made as
select n as id, v.*, date_trunc('second', now()) - interval '{months} months' * random() as at, 'fill-' || n as key,
	case when n % 5 < 2 then 3 when n % 5 < 4 then 4 else 5 end as events,
	(array['zhang', 'qian'])[1 + n % 2] as requester, (array['pay', 'ledger', 'sms'])[1 + n % 3] as program,
	(array['corrective', 'adaptive', 'perfective', 'preventive'])[1 + n % 4] as kind
from generate_series({first}, {last}) n join bench_word w on w.id = n % (select count(*) from bench_word),
	lateral (select case when n % 1000000 = 500000 then {rare} || w.title else w.title end || ' ' || n as title, w.story,
		case when n % 1000000 = 500000 then w.terms || {rare_terms}::tsvector else w.terms end || array_to_tsvector(array[n::text]) as terms) v;

create temp table told as
select m.id, 1 as version, m.at, m.requester as actor, 'requester' as role, 'submit' as action, null as from_state, 'submitted' as to_state,
	jsonb_build_object('title', m.title, 'description', m.story, 'program', m.program, 'claimed_kind', m.kind, 'requester', m.requester,
		'submitted_at', utc(m.at), 'circumstances', '早高峰', 'inputs', '任意一笔订单', 'observed', '超时', 'since', utc(m.at)) as fields,
	null::jsonb as added
from made m
union all select m.id, 2, m.at + interval '1 hour', 'zhao', 'lead', 'forward', 'submitted', 'to_evaluate',
	'{{"sysadmin": "li", "duplicate_check": "unique"}}', null from made m
union all select m.id, 3, m.at + interval '2 hours', 'zhao', null, 'comment', 'to_evaluate', 'to_evaluate', '{{}}',
	jsonb_build_object('comment', jsonb_build_object('id', m.id, 'ticket', m.id, 'author', 'zhao', 'text', '请尽快处理', 'internal', false,
		'created_at', utc(m.at + interval '2 hours'))) from made m
union all select m.id, 4, m.at + interval '3 hours', 'li', 'sysadmin', 'evaluate', 'to_evaluate', 'to_authorise',
	jsonb_build_object('effort_people', 2, 'effort_minutes', 240, 'nature', '修正', 'priority', 1 + m.id % 4, 'kind', m.kind, 'impact', '无',
		'backout_plan', '回退', 'window', '周六夜间'), null from made m where m.events > 3
union all select m.id, 5, m.at + interval '4 hours', 'zhou', 'authority', 'authorise', 'to_authorise', 'queued', '{{"decision": "同意"}}', null
	from made m where m.events > 4;

create temp table whole as
select m.id, m.events, m.at, m.terms, last.state, max_at, document.fields
from made m
	join (select id, (array_agg(to_state order by version desc))[1] as state, max(at) as max_at from told group by id) last using (id)
	join (select t.id, jsonb_object_agg(f.key, f.value) as fields from told t, jsonb_each(t.fields) f group by t.id) document using (id);

insert into ticket overriding system value
select w.id, w.events, w.state, 1, r.kind, r.claimed_kind, r.program, r.severity, r.priority, r.requester, r.sysadmin, r.technician,
	r.planned_start, r.planned_end, r.due_at, w.at, w.max_at
from whole w, jsonb_populate_record(null::ticket, w.fields) r;
insert into ticket_body select w.id, w.fields - patch_columns(), w.terms from whole w;
insert into comment overriding system value
select t.id, t.id, 'zhao', '请尽快处理', false, t.at from told t where t.version = 3;
insert into kept_answer (actor, key, hash, object_kind, object_id, object_version, at)
select m.requester, m.key, sha256(m.key::bytea), 'ticket', m.id::text, 1, m.at from made m where m.at > now() - interval '6 days';
insert into event (at, actor, role, source, request, action, object_kind, object_id, object_version, workflow, from_state, to_state, changes,
	added, result)
select t.at, t.actor, t.role, '192.0.2.' || t.id % 250, md5(t.id::text || t.version), t.action, 'ticket', t.id::text, t.version, 1, t.from_state,
	t.to_state, coalesce((select jsonb_object_agg(f.key, jsonb_build_object('old', null, 'new', f.value)) from jsonb_each(t.fields) f), '{{}}'),
	t.added, 'done'
from told t order by t.at;
drop table made, told, whole;
"""


def prepare(service):
    """The words, the months, and the numbers that pgbench counts up."""
    rows = ",".join(f"({number}, {sql(title)}, {sql(story)}, {sql(words)}::tsvector)" for number, (title, story, words) in enumerate(vocabulary()))
    service.psql("create sequence if not exists public.bench; grant usage on sequence public.bench to weihu_service")
    service.psql("create table public.bench_word (id int primary key, title text, story text, terms tsvector); "
                 f"insert into public.bench_word values {rows}", role="postgres")
    for months in range(0, MONTHS + 4, 4):
        moment = service.psql(f"select utc(now() - interval '{months} months')")[0]
        service.psql(f"select event_months_make({sql(json.dumps([{'at': moment}]))})")


def fill(service, tickets, from_number=0):
    """Brings the tickets to that number. The service must be idle."""
    for first in range(from_number + 1, tickets + 1, CHUNK):
        last = min(first + CHUNK - 1, tickets)
        script = CHUNK_SQL.format(first=first, last=last, months=MONTHS, rare=sql(RARE), rare_terms=sql(terms(RARE)))
        with service.session("postgres") as session:
            _, errors = session.communicate(script)
        if session.returncode != 0:
            raise SystemExit(errors)
    for table, column in (("ticket", "id"), ("comment", "id")):
        service.psql(f"select setval(pg_get_serial_sequence('weihu.{table}', '{column}'), (select max({column}) from weihu.{table}))")
    for table in ("ticket", "ticket_body", "event", "comment", "kept_answer"):
        run(service, f"vacuum (analyze) weihu.{table}")


def run(service, statement):
    """What may take long."""
    with service.session("postgres") as session:
        out, errors = session.communicate(statement + ";\n")
    if session.returncode != 0:
        raise SystemExit(errors)
    return out.splitlines()


def size(service):
    return service.psql("select pg_size_pretty(pg_database_size('weihu'))")[0]
