import { Alert, Button, NativeSelect, Textarea } from '@mantine/core';
import { Eye } from 'lucide-react';
import type { PatientSummary } from '../people/describe-patient.ts';
import { ErrorSummary } from '../ui/error-summary.tsx';
import panel from '../ui/panel.module.css';
import { SessionField } from '../ui/session-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import styles from './glass.module.css';
import { choicesOf, counted, type GlassDraft, LONGEST, SHORTEST } from './glass-request.ts';

interface GlassFormProps {
  readonly id: string;
  /** Whose records; undefined where who asks sees no such patient: they are hidden, or there is none. */
  readonly patient: PatientSummary | undefined;
  readonly draft: GlassDraft;
}

const LABELS = { reason: 'Reason', minutes: 'Open for' } as const;

/** Asks why a patient's restricted records have to be seen, and for how long. A plain form post, checked by the server as others are. */
export function GlassForm({ id, patient, draft }: GlassFormProps) {
  const { asked, errors } = draft;
  const fields = (['reason', 'minutes'] as const).map((name) => ({ id: name, label: LABELS[name], error: errors[name] })); // prettier-ignore
  return (
    <form
      action={`/patients/${id}/break-glass/open`}
      method="post"
      noValidate
      aria-label="Restricted records"
      className={`${panel['panel']} ${panel['padded']} ${styles['form']}`}
    >
      <SessionField />
      <ErrorSummary title="Nothing is opened yet" form={errors.form} fields={fields} />
      <Whose id={id} patient={patient} />
      <Alert color="lagoon" icon={<Eye size={20} strokeWidth={1.8} />} title="This is recorded and reviewed">
        Your name, the time and your reason are kept with everything that you look at meanwhile. Somebody
        reads it afterwards, and may ask you about it.
      </Alert>
      <div className={styles['fields']}>
        <Textarea
          id="reason"
          name="reason"
          label={LABELS.reason}
          description={`Why these records have to be seen now: ${SHORTEST} characters at least.`}
          defaultValue={asked.reason}
          error={errors.reason}
          rows={4}
          maxLength={LONGEST}
          withAsterisk
          required
          autoComplete="off"
        />
        <NativeSelect
          id="minutes"
          name="minutes"
          label={LABELS.minutes}
          className={styles['minutes'] ?? ''}
          defaultValue={asked.minutes}
          error={errors.minutes}
          data={choicesOf(draft).map((minutes) => ({ value: String(minutes), label: counted(minutes) }))}
        />
      </div>
      <div className={styles['actions']}>
        <SubmitButton>Open restricted records</SubmitButton>
        <Button component="a" href={patient === undefined ? '/patients' : `/patients/${id}`} variant="subtle">
          Cancel
        </Button>
      </div>
    </form>
  );
}

function Whose({ id, patient }: Pick<GlassFormProps, 'id' | 'patient'>) {
  if (patient === undefined)
    return (
      <p className={styles['whose']}>
        <strong>Name not shown</strong>
        <span>{`Record “${id}”. If there is such a patient, they are shown once their records are open.`}</span>
      </p>
    );
  const { name, born, sex, mrn } = patient;
  return (
    <p className={styles['whose']}>
      <strong>{name}</strong>
      <span>{`Born ${born} · ${sex} · MRN ${mrn}`}</span>
    </p>
  );
}
