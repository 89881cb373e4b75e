import type { Letter } from '../store/access.ts';
import { type Referrer, referrersTo } from '../store/find-referrers.ts';
import { isLabelled, mayBeRestricted } from '../store/opened-charts.ts';
import type { StoredVersion } from '../store/stored-version.ts';
import { type Intent, outOfReach } from '../store/within-reach.ts';
import {
  type Current,
  keyOf,
  lockResources,
  type ResourceBody,
  TooManyValues,
  type Write,
  writeResources,
} from '../store/write-resources.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { forbidden } from './permission.ts';
import type { PlannedWrite } from './plan-write.ts';
import { demandPreconditions, etagOf } from './preconditions.ts';

/** What a planned write came to; `version` is null where there was nothing to delete. */
export interface Written {
  readonly version: StoredVersion | null;
  /** Whether whoever wrote it may not read it. */
  readonly isHidden: boolean;
  /** What it said before; empty where there was nothing. */
  readonly before: string;
  readonly isCreated: boolean;
}

/**
 * Carries out planned writes of one transaction, each on a resource of its own: all, or by throwing none.
 * @throws FhirError with what is wrong with which; `refuse` turns an error of one of them into what is thrown
 */
export async function performWrites(
  context: Context,
  plans: readonly PlannedWrite[],
  refuse: (faults: ReadonlyMap<PlannedWrite, FhirError>) => Error = (faults) =>
    [...faults.values()][0] as Error,
): Promise<readonly Written[]> {
  const open = plans.filter(({ found }) => found === undefined);
  const current = await lockResources(
    context,
    open.filter(({ isNew }) => !isNew),
  );
  const faults = new Map<PlannedWrite, FhirError>();
  const writes = new Map<PlannedWrite, Write>();
  const reached = await reachedBy(context, open, current);
  for (const plan of open) {
    try {
      const own = reached(plan);
      demandPreconditions(plan.request, own);
      // What is gone stays as it is.
      if (plan.method === 'DELETE' && (own === null || own.deleted)) continue;
      const { type, id, method } = plan;
      const body = plan.body(own);
      // Who may not know of it is told what they would be if it were not there.
      if (own === null && current.has(keyOf(plan))) throw forbidden(type, 'c');
      if (own !== null && body !== null) demandLabel(context, own, body);
      writes.set(plan, { type, id, method, current: own, body });
    } catch (error) {
      if (!(error instanceof FhirError)) throw error;
      faults.set(plan, error);
    }
  }
  if (faults.size > 0) throw refuse(faults);
  const versions = await writeResources(context, [...writes.values()], context.now()).catch(explain);
  // What becomes of it has to be within reach, too.
  const out = await outOfReach(
    context,
    [...writes.values()].filter(({ body }) => body !== null).map(intentOf),
  );
  for (const [plan, write] of writes)
    if (out.has(keyOf(write))) faults.set(plan, forbidden(write.type, letterOf(write)));
  if (faults.size > 0) throw refuse(faults);
  await demandNobodyRefers(context, versions);
  const written = new Map([...writes.keys()].map((plan, index) => [plan, versions[index]]));
  const shown = plans.flatMap((plan) => plan.found ?? written.get(plan) ?? []);
  const hidden = await outOfReach(
    context,
    shown.map(({ type, id, content }) => ({ type, id, content, letter: 'r' })),
  );
  return plans.map((plan) => {
    const version = plan.found ?? written.get(plan) ?? null;
    const before = current.get(keyOf(plan));
    return {
      version,
      before: before?.content ?? '',
      isHidden: hidden.has(keyOf(plan)),
      isCreated: plan.found === undefined && (before === undefined || before.deleted),
    };
  });
}

/**
 * What is there of each, as its writer may know it: null for what they may neither change nor read, as if it were not there. Before
 * anything of it is looked at. @throws FhirError 403 for what they may read, and not change
 */
async function reachedBy(
  context: Context,
  plans: readonly PlannedWrite[],
  current: ReadonlyMap<string, Current>,
): Promise<(plan: PlannedWrite) => Current | null> {
  const letterFor = ({ method }: PlannedWrite): Letter => (method === 'DELETE' ? 'd' : 'u');
  const asIs = ({ type, id }: PlannedWrite) => ({ type, id, content: current.get(keyOf({ type, id }))?.content ?? '' });
  const live = plans.filter((plan) => current.get(keyOf(plan))?.deleted === false);
  const closed = await outOfReach(context, live.map((plan) => ({ ...asIs(plan), letter: letterFor(plan) })));
  const unknown = await outOfReach(context, live.filter((plan) => closed.has(keyOf(plan))).map((plan) => ({ ...asIs(plan), letter: 'r' })));
  return (plan) => {
    const key = keyOf(plan);
    const own = current.get(key) ?? null;
    // Of what was deleted nothing tells any more whose it was.
    if (own?.deleted === true) return context.access.reach(plan.type, 'c') === 'all' ? own : null;
    if (!closed.has(key)) return own;
    if (unknown.has(key)) return null;
    throw forbidden(plan.type, letterFor(plan));
  };
} // prettier-ignore

/** Who sees a restricted record by breaking the glass does not take its label off: it would be there for everybody. @throws FhirError */
function demandLabel({ access }: Context, { content }: Current, { value }: ResourceBody): void {
  if (access.restricted === null || !mayBeRestricted(content) || isLabelled(value)) return;
  if (!isLabelled(JSON.parse(content) as ResourceBody['value'])) return;
  throw refusal(403, 'forbidden', 'This record is labelled as restricted, and you may not take that off: keep its meta.security.'); // prettier-ignore
}

/** What is done with a resource: who puts one where none is creates it. */
function letterOf({ current, body }: Write): Letter {
  if (body === null) return 'd';
  return current === null || current.deleted ? 'c' : 'u';
}

function intentOf(write: Write): Intent {
  return { type: write.type, id: write.id, letter: letterOf(write) };
}

function explain(error: unknown): never {
  if (error instanceof TooManyValues) throw refusal(422, 'too-costly', `${error.message} Split it.`);
  throw error;
}

/** Unless this server is set up to let them hang: what others refer to is not deleted. */
async function demandNobodyRefers(context: Context, versions: readonly StoredVersion[]): Promise<void> {
  const deleted = versions.filter((version) => version.deleted);
  if (deleted.length === 0 || context.settings.deletesReferenced) return;
  const referrers = await referrersTo(context, deleted);
  if (referrers.length === 0) return;
  throw new FhirError(
    409,
    referrers.map((referrer) => ({ code: 'conflict' as const, diagnostics: wordsOf(referrer) })),
  );
}

function wordsOf({ target, by }: Referrer): string {
  return `${target} is not deleted, for ${by ?? 'another record'} refers to it; change or delete that first, or both in one transaction.`;
}

/** The answer to a write, as `Prefer` wants it. */
export function answerWrite(
  request: FhirRequest,
  plan: PlannedWrite,
  { version, before, isCreated, isHidden }: Written,
): FhirResponse {
  if (version === null) return { status: 204 };
  const { type, id, content } = version;
  // Whoever a record was about before is concerned, too.
  const touched = [{ type, id, content, before }];
  if (version.deleted) return { status: 204, version, touched };
  const status = isCreated ? 201 : 200;
  const answer = { status, version, isWritten: true, touched };
  const wanted = returnOf(request);
  if (wanted === 'minimal' || isHidden) return answer;
  if (wanted === 'OperationOutcome') return { ...answer, body: done(plan, version) };
  return { ...answer, body: version.content };
}

/** `Prefer: return=…` */
function returnOf({ conditions }: FhirRequest): string {
  return /(?:^|[,;])\s*return\s*=\s*"?(\w+)/u.exec(conditions.prefer ?? '')?.[1] ?? 'representation';
}

function done({ found }: PlannedWrite, version: StoredVersion): string {
  const did = found === undefined ? 'was stored' : 'was there already, and nothing was changed';
  const diagnostics = `${version.type}/${version.id} ${did}; its version is ${etagOf(version.version)}.`;
  return JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'information', code: 'informational', diagnostics }],
  });
}
