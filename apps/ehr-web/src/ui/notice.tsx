import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './notice.module.css';

interface NoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: { readonly href: string; readonly label: string; readonly isMain?: boolean };
  /** Read out at once by screen readers. */
  readonly alert?: boolean;
  /** Inside a page that has its own heading. */
  readonly inPage?: boolean;
}

/** A whole page or panel that has one thing to say and one thing to do about it. */
export function Notice({ icon, title, children, action, alert, inPage }: NoticeProps) {
  const Heading = inPage ? 'h2' : 'h1';
  return (
    <div className={styles['notice']} role={alert ? 'alert' : undefined}>
      <div className={styles['icon']} aria-hidden="true">
        {icon}
      </div>
      <Heading className={styles['title']}>{title}</Heading>
      <div className={styles['text']}>{children}</div>
      {action ? (
        <Button
          component="a"
          href={action.href}
          variant={action.isMain === true ? 'filled' : 'default'}
          mt={8}
        >
          {action.label}
        </Button>
      ) : null}
    </div>
  );
}
