import type { Issue } from '@ehr/fhir';
import { recordAudit } from '../audit/record-audit.ts';
import { keyOf } from '../store/write-resources.ts';
import { auditOf, inTransaction } from './answer.ts';
import { type Entry, faultsAt } from './bundle-entries.ts';
import type { Context, FhirRequest, FhirResponse } from './exchange.ts';
import { FhirError, refusal } from './fhir-error.ts';
import { interactionOf } from './interactions.ts';
import { answerWrite, performWrites } from './perform-writes.ts';
import { demandPermission } from './permission.ts';
import { planCreate, planDelete, type PlannedWrite, planPatch, planUpdate } from './plan-write.ts';
import { wholeOf } from './print-bundle.ts';
import { type Addresses, withAddresses } from './rewrite-links.ts';

const plans = { POST: planCreate, PUT: planUpdate, PATCH: planPatch, DELETE: planDelete } as const;

/** An entry that writes, and what it comes to. */
interface Step {
  readonly entry: Entry;
  /** Null where there is nothing to delete. */
  plan: PlannedWrite | null;
}

/**
 * All entries or none: in the order that the specification has (deletes, creates, updates and patches, reads), whatever
 * theirs. Every fault of every entry is told, each with its place.
 * @throws FhirError
 */
export function transaction(context: Context, entries: readonly Entry[]): Promise<readonly FhirResponse[]> {
  return inTransaction(context, async (own) => {
    const faults: Issue[] = [];
    let status = 400;
    const collect = (index: number, error: unknown) => {
      if (error instanceof FhirError && faults.length === 0) status = error.status;
      faults.push(...faultsAt(index, error));
    };
    const stop = () => {
      if (faults.length > 0) throw new FhirError(status, faults.slice(0, MOST_FAULTS));
    };
    const steps = await planAll(own, entries, collect);
    demandOneEach(steps, collect);
    stop();
    const addresses = addressesOf(steps);
    for (const step of steps) {
      try {
        step.plan &&= await withAddresses(own, step.plan, step.entry.fullUrl, addresses);
      } catch (error) {
        collect(step.entry.index, error);
      }
    }
    stop();
    const writes = steps.flatMap((step) => (step.plan === null ? [] : [{ ...step, plan: step.plan }]));
    const order = (method: string) => ['DELETE', 'POST', 'PUT', 'PATCH'].indexOf(method);
    writes.sort((a, b) => order(a.plan.method) - order(b.plan.method));
    const written = await performWrites(
      own,
      writes.map(({ plan }) => plan),
      (found) => {
        for (const [plan, error] of found)
          collect(writes.find((step) => step.plan === plan)?.entry.index ?? 0, error);
        return new FhirError(status, faults.slice(0, MOST_FAULTS));
      },
    );
    const responses = new Map<number, FhirResponse>();
    writes.forEach(({ entry, plan }, index) => {
      const own = written[index];
      if (own !== undefined) responses.set(entry.index, answerWrite(entry.request, plan, own));
    });
    await readAll(own, entries, responses, collect);
    stop();
    await recordAudit(
      own,
      entries[0]?.request.caller ?? NOBODY,
      entries.flatMap(({ index, request }) =>
        auditOf(interactionOf(request.method, request.path), request, responses.get(index) ?? NOTHING),
      ),
    );
    return entries.map(({ index }) => responses.get(index) ?? NOTHING);
  });
}

const MOST_FAULTS = 200;
/** The answer to a delete of nothing. */
const NOTHING: FhirResponse = { status: 204 };
const NOBODY = { agent: 'unknown', issuer: null, client: null, address: null, purpose: null, requestId: '' };

const isRead = ({ method }: FhirRequest): boolean => method === 'GET' || method === 'HEAD';

async function planAll(
  context: Context,
  entries: readonly Entry[],
  collect: (index: number, error: unknown) => void,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const entry of entries) {
    const { index, request } = entry;
    try {
      const { code } = interactionOf(request.method, request.path);
      demandPermission(context.access, code, request);
      if (isRead(request)) continue;
      if (code === 'search-type') throw refusal(400, 'not-supported', 'A transaction searches by GET.');
      if (code === 'break-glass') throw refusal(400, 'not-supported', 'A transaction breaks no glass; ask for it by itself, before.'); // prettier-ignore
      const plan = await plans[request.method as keyof typeof plans](context, request);
      steps.push({ entry, plan });
    } catch (error) {
      collect(index, error);
    }
  }
  return steps;
}

/** No resource is written twice. */
function demandOneEach(steps: readonly Step[], collect: (index: number, error: unknown) => void): void {
  const seen = new Map<string, number>();
  for (const { entry, plan } of steps) {
    if (plan === null || plan.found !== undefined) continue;
    const key = keyOf(plan);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, entry.index);
    else
      collect(
        entry.index,
        refusal(400, 'duplicate', `Entry ${first} writes the same resource; keep one of them.`),
      );
  }
}

/** What the entries are called in the bundle, and where they are in the end. */
function addressesOf(steps: readonly Step[]): Addresses {
  const addresses = new Map<string, { readonly reference: string; readonly isNew: boolean }>();
  for (const { entry, plan } of steps)
    if (entry.fullUrl !== undefined && plan !== null && plan.method !== 'DELETE')
      addresses.set(entry.fullUrl, { reference: keyOf(plan), isNew: plan.isNew && plan.found === undefined });
  return addresses;
}

async function readAll(
  context: Context,
  entries: readonly Entry[],
  responses: Map<number, FhirResponse>,
  collect: (index: number, error: unknown) => void,
): Promise<void> {
  for (const { index, request } of entries) {
    if (!isRead(request)) continue;
    try {
      const response = await interactionOf(request.method, request.path).handle(context, request);
      responses.set(
        index,
        response.body === undefined ? response : { ...response, body: await wholeOf(response.body) },
      );
    } catch (error) {
      collect(index, error);
    }
  }
}
