import { Alert } from '@mantine/core';
import { LockOpen } from 'lucide-react';
import styles from './glass.module.css';
import { OpenUntil } from './open-until.tsx';

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });

/** Above a chart whose restricted records are open to who sees it. */
export function OpenedNotice({ until, form }: { readonly until: Date; readonly form: string }) {
  return (
    <Alert
      role="status"
      color="lagoon"
      icon={<LockOpen size={20} strokeWidth={1.8} />}
      title={<OpenUntil at={until.toISOString()} there={CLOCK.format(until)} />}
      mb={20}
    >
      <a href={form} className={styles['link'] ?? ''}>
        Open them for longer
      </a>
    </Alert>
  );
}
