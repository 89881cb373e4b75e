import { PASSWORD, people } from './people.ts';

/** What is asked of somebody before an app is let in. */
export interface Asked {
  readonly client: string;
  readonly action: string;
  /** Whether they still have to sign in. */
  readonly signsIn: boolean;
  /** Whether they choose about which patient it is. */
  readonly choosesPatient: boolean;
  /** What was wrong with what they sent. */
  readonly problem?: string;
}

/** A page that works without scripts. */
export function page({ client, action, signsIn, choosesPatient, problem }: Asked): string {
  const field = (name: string, label: string, attributes = '') =>
    `<p><label for="${name}">${label}</label><br><input id="${name}" name="${name}" required ${attributes}></p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in: development</title>
<style>body{font:1rem system-ui;max-width:28rem;margin:2rem auto;padding:0 1rem}input{font:inherit;width:100%;box-sizing:border-box}</style>
<main><h1>Sign in</h1><p>${escaped(client)} asks who you are. This issuer is for development: everybody here is made up.</p>
${problem === undefined ? '' : `<p role="alert"><strong>${escaped(problem)}</strong></p>`}
<form method="post" action="${escaped(action)}">
${signsIn ? field('name', 'Name', 'autocomplete="username" autofocus') + field('password', 'Password', 'type="password" autocomplete="current-password"') : ''}
${choosesPatient ? field('patient', 'About which patient (the id of a record)', 'autocomplete="off"') : ''}
<button>Go on</button></form>
${signsIn ? `<h2>Who there is</h2><ul>${people.map(({ name, fullName, roles }) => `<li><code>${name}</code>: ${fullName}${roles.length > 0 ? `, ${roles.join(', ')}` : ''}</li>`).join('')}</ul><p>The password of each is <code>${PASSWORD}</code>.</p>` : ''}
</main></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`);
}
