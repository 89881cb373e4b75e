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

const STYLE = `body{font:1rem/1.5 system-ui;max-width:26rem;margin:3rem auto;padding:0 1rem;color:#12272a;background:#f5f7f8}
main{padding:1rem 1.75rem 1.25rem;background:#fff;border:1px solid #dde4e6;border-radius:.75rem}h1{margin:.25rem 0}h2{font-size:1rem;margin-top:1.75rem}
input,button{font:inherit;width:100%;box-sizing:border-box;padding:.5rem .7rem;border:1px solid #8a9a9d;border-radius:.4rem}
button{color:#fff;background:#0b6b74;border-color:#0b6b74;font-weight:600;cursor:pointer}ul{padding-left:1.1rem}code{font-weight:600}`;

/** A page that works without scripts. */
export function page({ client, action, signsIn, choosesPatient, problem }: Asked): string {
  const field = (name: string, label: string, attributes = '') =>
    `<p><label for="${name}">${label}</label><br><input id="${name}" name="${name}" required ${attributes}></p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in: development</title>
<style>${STYLE}</style>
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
