import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import './global.css';
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { readConfig } from '../config/read-config.ts';
import { signInHref } from '../session/own-path.ts';
import { keyOf } from '../session/seal.ts';
import { visitor } from '../session/visitor.ts';
import { AppProvider } from '../ui/app-provider.tsx';
import { Header } from '../ui/header.tsx';
import { InactivityLock } from '../ui/inactivity-lock.tsx';

// Every page needs its own nonce and shows what is true now.
/** Rendered at every request: the nonce of the content security policy is new each time. */
export const dynamic = 'force-dynamic';

/** Title and description of every page. */
export const metadata: Metadata = {
  title: { default: 'EHR Connect', template: '%s · EHR Connect' },
  robots: { index: false, follow: false },
};

/** The frame of every page: navigation, theme and fonts. */
export default async function Layout({ children }: { readonly children: ReactNode }) {
  const own = await headers();
  const nonce = own.get('x-nonce') ?? '';
  const { environment, identity, idleMinutes } = readConfig();
  const who = await visitor();
  const isSignedIn = who.kind === 'signed-in';
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript nonce={nonce} defaultColorScheme="auto" />
        {isSignedIn ? (
          <noscript>
            {/* When the session has ended by itself. */}
            <meta
              httpEquiv="refresh"
              content={`${idleMinutes * 60 + 5}; url=${signInHref(own.get('x-path') ?? '', 'locked')}`}
            />
          </noscript>
        ) : null}
      </head>
      <body>
        <AppProvider nonce={nonce}>
          <a href="#main" className="skipLink">
            Skip to content
          </a>
          <Header environment={environment} visitor={who} />
          {isSignedIn || who.kind === 'signed-out' ? (
            <InactivityLock minutes={idleMinutes} shown={isSignedIn ? keyOf('shown', who.holder) : null} />
          ) : null}
          <main id="main" tabIndex={-1}>
            {children}
          </main>
          <footer className="footer">
            EHR Connect{identity.version === 'unversioned' ? '' : ` · version ${identity.version}`}
          </footer>
        </AppProvider>
      </body>
    </html>
  );
}
