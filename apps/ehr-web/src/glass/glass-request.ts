import { readOperationOutcome } from '@ehr/fhir';
import { fieldOf } from '../http/own-form.ts';

/** The form as it was filled in. */
export interface GlassRequest {
  readonly reason: string;
  /** As the form sends it: `60`. */
  readonly minutes: string;
}

/** What is wrong with it; `form` for what belongs to no field. */
export type GlassErrors = Readonly<Partial<Record<'reason' | 'minutes' | 'form', string>>>;

/** A form that was refused: what was typed, what is wrong with it, and for how long the record service opens a chart at most, if it said so. */
export interface GlassDraft {
  readonly asked: GlassRequest;
  readonly errors: GlassErrors;
  readonly most?: number;
}

/** Characters of a reason, as ehr-api counts them. */
export const [SHORTEST, LONGEST] = [5, 500] as const;
/** For how long somebody may choose to open a chart. */
const CHOICES: readonly number[] = [15, 30, 60];

/** Of nobody yet. */
export const NOTHING_ASKED: GlassDraft = { asked: { reason: '', minutes: '60' }, errors: {} };

const REASON = `Say in ${SHORTEST} to ${LONGEST} characters why these records have to be seen now.`;

/** What the form was sent with. */
export function readGlassRequest(form: FormData): GlassRequest {
  // Browsers send a line break as two characters and count it as one. The form allows 500; whoever sends more is not using it.
  const reason = fieldOf(form, 'reason')
    .replaceAll('\r\n', '\n')
    .slice(0, LONGEST + 1);
  return { reason, minutes: fieldOf(form, 'minutes').slice(0, 5) };
}

/** What can be told without asking the record service. */
export function checkGlassRequest({ reason, minutes }: GlassRequest): GlassErrors {
  return {
    ...((reason.length < SHORTEST || reason.length > LONGEST) && { reason: REASON }),
    ...(!/^[1-9]\d{0,3}$/u.test(minutes) && { minutes: 'Choose for how long.' }),
  };
}

/** The choices of the form, and what is allowed at most where that is less than what was chosen. */
export function choicesOf({ most }: GlassDraft): readonly number[] {
  const isAnother = most !== undefined && most < Math.max(...CHOICES) && !CHOICES.includes(most);
  return isAnother ? [...CHOICES, most].toSorted((one, other) => one - other) : CHOICES;
}

/** The record service's refusal, in the words of the form. */
export function draftOfRefusal(asked: GlassRequest, status: number, outcome: unknown): GlassDraft {
  if (status === 404)
    return { asked, errors: { form: 'There is no patient at this address. Check it, or search for them.' } };
  if (status === 429)
    return { asked, errors: { form: 'You have asked for much in a short time. Try again in a minute.' } };
  const [issue] = readOperationOutcome(outcome);
  const text = issue?.diagnostics ?? '';
  const most = Number(/^minutes must be .* of 1 to (\d+)\.$/u.exec(text)?.[1]);
  if (most > 0)
    return { asked, most, errors: { minutes: `Records are opened for ${counted(most)} at most here. Choose no more.` } }; // prettier-ignore
  if (text.startsWith('reason must be')) return { asked, errors: { reason: REASON } };
  if (issue?.expression?.[0]?.endsWith('valueString'))
    return { asked, errors: { reason: 'There is a sign in it that cannot be kept. Type it again in plain text.' } }; // prettier-ignore
  return { asked, errors: { form: text || 'The record service refused this.' } };
}

/** `1 minute` */
export function counted(minutes: number): string {
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
