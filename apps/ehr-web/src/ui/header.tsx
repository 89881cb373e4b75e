import { Badge } from '@mantine/core';
import type { WebConfig } from '../config/read-config.ts';
import { mayDo, type Visitor } from '../session/session.ts';
import { Account } from './account.tsx';
import { Brand } from './brand.tsx';
import { ColorSchemeButton } from './color-scheme-button.tsx';
import styles from './header.module.css';
import { MainNavigation } from './main-navigation.tsx';

const COLORS = { local: 'gray', dev: 'indigo', staging: 'orange' } as const;

/** The same on every page. Whoever is not in production sees where they are. */
export function Header({
  environment,
  visitor,
}: {
  readonly environment: WebConfig['environment'];
  readonly visitor: Visitor;
}) {
  return (
    <header className={styles['header']}>
      <div className={styles['inner']}>
        <Brand />
        {mayDo(visitor, 'Patient', 's') ? <MainNavigation /> : null}
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
          {visitor.kind === 'signed-in' ? <Account name={visitor.session.person.name} /> : null}
        </div>
      </div>
    </header>
  );
}
