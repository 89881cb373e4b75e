import type { ReactNode } from 'react';
import styles from './page-heading.module.css';

interface PageHeadingProps {
  readonly title: string;
  readonly subtitle: string;
  /** What can be done here. */
  readonly children?: ReactNode;
}

/** The heading of a page, with what can be done there beside it. */
export function PageHeading({ title, subtitle, children }: PageHeadingProps) {
  return (
    <div className={styles['heading']}>
      <div>
        <h1>{title}</h1>
        <p>{subtitle}</p>
      </div>
      {children}
    </div>
  );
}
