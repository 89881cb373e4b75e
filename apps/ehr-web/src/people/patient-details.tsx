import type { Patient } from 'fhir/r4';
import { Fragment, type ReactNode } from 'react';
import panel from '../ui/panel.module.css';
import { formatDate } from './format-date.ts';
import styles from './patient-details.module.css';

type Rows = readonly (readonly [term: string, values: readonly (string | undefined)[]])[];

interface PatientDetailsProps {
  readonly patient: Patient;
  /** What can be done with the record. */
  readonly children?: ReactNode;
}

/** Everything the record says about the person that this version can show. */
export function PatientDetails({ patient, children }: PatientDetailsProps) {
  const { name = [], telecom = [], address = [], identifier = [], meta } = patient;
  return (
    <div className={styles['grid']}>
      <Panel
        title="Names"
        rows={name.map(({ use, family, given, text }) => [
          capitalised(use ?? 'name'),
          [[...(given ?? []), family].filter(Boolean).join(' ') || text],
        ])}
      />
      <Panel
        title="Contact"
        rows={[
          ...telecom.map(({ system, value }): Rows[number] => [capitalised(system ?? 'contact'), [value]]),
          ...address.map(({ use, text, line, postalCode, city, country }): Rows[number] => [
            capitalised(use ?? 'address'),
            text ? [text] : [...(line ?? []), [postalCode, city].filter(Boolean).join(' '), country],
          ]),
        ]}
      />
      <Panel
        title="Identifiers"
        rows={identifier.map(({ system, value }) => [systemName(system), [value]])}
      />
      <Panel
        title="Record"
        rows={[
          ['Status', [patient.active === false ? 'Not in use' : 'Active']],
          ['Version', [meta?.versionId]],
          ['Last change', [meta?.lastUpdated ? formatDate(meta.lastUpdated) : undefined]],
        ]}
      >
        {children ? <p className={styles['action']}>{children}</p> : null}
      </Panel>
    </div>
  );
}

interface PanelProps {
  readonly title: string;
  readonly rows: Rows;
  readonly children?: ReactNode;
}

function Panel({ title, rows, children }: PanelProps) {
  return (
    <section className={`${panel['panel']} ${panel['padded']}`}>
      <h2 className={panel['panelTitle']}>{title}</h2>
      {rows.length === 0 ? (
        <p className={styles['empty']}>Nothing recorded yet.</p>
      ) : (
        <dl className={styles['list']}>
          {rows.map(([term, values], row) => (
            <Fragment key={row}>
              <dt>{term}</dt>
              <dd>
                {values.filter(Boolean).map((value, index) => (
                  <div key={index}>{value}</div>
                ))}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
      {children}
    </section>
  );
}

function systemName(system: string | undefined): string {
  return system?.endsWith(':mrn') ? 'MRN' : (system ?? 'Identifier');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
