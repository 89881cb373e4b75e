import { Badge } from '@mantine/core';
import type { WebConfig } from '../config/read-config.ts';
import { Brand } from './brand.tsx';
import { ColorSchemeButton } from './color-scheme-button.tsx';
import styles from './header.module.css';
import { MainNavigation } from './main-navigation.tsx';

const COLORS = { local: 'gray', dev: 'indigo', staging: 'orange' } as const;

/** The same on every page. Whoever is not in production sees where they are. */
export function Header({ environment }: { readonly environment: WebConfig['environment'] }) {
  return (
    <header className={styles['header']}>
      <div className={styles['inner']}>
        <Brand />
        <MainNavigation />
        <div className={styles['tools']}>
          {environment === 'prod' ? null : (
            <Badge
              color={COLORS[environment]}
              variant="light"
              radius="sm"
              className={styles['environment'] ?? ''}
            >
              <span className={styles['srOnly']}>Environment: </span>
              {environment}
            </Badge>
          )}
          <ColorSchemeButton />
        </div>
      </div>
    </header>
  );
}
