import { readConfig } from '../config/read-config.ts';
import { type Holder, seal, unseal } from '../session/seal.ts';
import { setCookie } from '../session/set-cookie.ts';
import { type GlassDraft, NOTHING_ASKED } from './glass-request.ts';

/** Of whom something is kept: it counts for this session and this patient, and nobody else can read it. */
export interface Whose {
  readonly holder: Holder;
  readonly patient: string;
}

/** Names of the cookies that keep a refused form, and until when a chart is open. */
export const [DRAFT, OPENED] = ['ehr-glass-draft', 'ehr-opened-chart'] as const;

/** So long a refused form can be shown again. */
const DRAFT_SECONDS = 300;

/**
 * Carries a refused form over the redirect back to it, so that it works without JavaScript; sealed, for a reason tells of a patient. The
 * key in the address ties it to this attempt.
 */
export async function glassDraftCookie(
  key: string,
  draft: GlassDraft,
  whose: Whose,
  isSecure: boolean,
): Promise<string> {
  const sealed = await seal({ key, draft }, readConfig().secret, DRAFT, whose.holder, whose.patient);
  return setCookie(DRAFT, sealed, { path: draftPath(whose), seconds: DRAFT_SECONDS, isSecure });
}

/** The `Set-Cookie` header that removes it. */
export function noGlassDraftCookie(whose: Whose, isSecure: boolean): string {
  return setCookie(DRAFT, '', { path: draftPath(whose), seconds: 0, isSecure });
}

/** The refused form with this key; an empty one for anything else. */
export async function glassDraftIn(
  value: string | undefined,
  key: string | undefined,
  { holder, patient }: Whose,
): Promise<GlassDraft> {
  const found = await unseal(value ?? '', readConfig().secret, DRAFT, holder, patient);
  const kept = found as { readonly key: string; readonly draft: GlassDraft } | undefined;
  return kept !== undefined && kept.key === key ? kept.draft : NOTHING_ASKED;
}

/** Keeps until when a patient's restricted records are open to this session: for as long as they are. */
export async function openedCookie(until: Date, whose: Whose, isSecure: boolean): Promise<string> {
  const seconds = Math.max(0, Math.ceil((until.getTime() - Date.now()) / 1_000));
  const sealed = await seal(until.getTime(), readConfig().secret, OPENED, whose.holder, whose.patient);
  return setCookie(OPENED, sealed, { path: `/patients/${whose.patient}`, seconds, isSecure });
}

/** Until when they are open; undefined where they are not, or were not opened by this session. */
export async function openedUntil(
  value: string | undefined,
  { holder, patient }: Whose,
): Promise<Date | undefined> {
  const until = await unseal(value ?? '', readConfig().secret, OPENED, holder, patient);
  return typeof until === 'number' && until > Date.now() ? new Date(until) : undefined;
}

function draftPath({ patient }: Whose): string {
  return `/patients/${patient}/break-glass`;
}
