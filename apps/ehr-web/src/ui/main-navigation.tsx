'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import styles from './header.module.css';

const PLACES = [{ href: '/patients', label: 'Patients' }];

/** Links to the parts of the app, the current one marked. */
export function MainNavigation() {
  const path = usePathname();
  return (
    <nav aria-label="Main" className={styles['navigation']}>
      {PLACES.map(({ href, label }) => (
        <Link key={href} href={href} aria-current={path.startsWith(href) ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
