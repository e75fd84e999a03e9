// Records the tag of an image in Vault: never that of an older run over that of a newer one.
//
// The secret is changed only from the version that was read (`cas`), so of two jobs that record at one time the second
// reads again, and then sees the tag of the first.
const fs = require('node:fs');
const env = process.env;
const { DIGEST, NAME, TAG } = env;

const TRIES = 10;

if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(NAME ?? '')) {
  throw new Error('the name under which the tag is recorded may have letters, digits, `_`, `-` and `.`');
}
if (!TAG || !DIGEST) {
  throw new Error('tag or digest is empty: GitHub drops an output that holds a secret, however short that is');
}

function mask(text) {
  process.stdout.write(`::add-mask::${text}\n`);
}

async function json(response) {
  const text = await response.text();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}

async function logIn() {
  if (!env.ACTIONS_ID_TOKEN_REQUEST_URL) {
    throw new Error('this job has no identity: give it the permission `id-token: write`');
  }
  const url = new URL(env.ACTIONS_ID_TOKEN_REQUEST_URL);
  if (env.AUDIENCE) {
    url.searchParams.set('audience', env.AUDIENCE);
  }
  const asked = await fetch(url, { headers: { Authorization: `bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` } });
  const { value: jwt } = await json(asked);
  if (!asked.ok || !jwt) {
    throw new Error(`GitHub gives this job no identity token: ${asked.status}`);
  }
  mask(jwt);
  const login = await vault('POST', `auth/${env.AUTH}/login`, { body: { role: env.ROLE, jwt } });
  if (!login.ok) {
    throw new Error(`role ${env.ROLE} does not let this job in: ${login.status} ${login.errors}`);
  }
  const token = login.body.auth.client_token;
  mask(token);
  return token;
}

async function vault(method, path, { token, body, type = 'application/json' } = {}) {
  const headers = { 'Content-Type': type };
  if (token) {
    headers['X-Vault-Token'] = token;
  }
  if (env.NAMESPACE) {
    headers['X-Vault-Namespace'] = env.NAMESPACE;
  }
  const response = await fetch(`${env.VAULT.replace(/\/+$/, '')}/v1/${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await json(response);
  return { ok: response.ok, status: response.status, body: answer, errors: (answer.errors ?? []).join('; ') };
}

const run = (entry) => [Number(entry.run_id ?? 0), Number(entry.run_attempt ?? 0)];
const older = ([run, attempt], [otherRun, otherAttempt]) =>
  run < otherRun || (run === otherRun && attempt < otherAttempt);

const entry = {
  tag: TAG,
  digest: DIGEST,
  repository: env.GITHUB_REPOSITORY,
  sha: env.GITHUB_SHA,
  run_id: env.GITHUB_RUN_ID,
  run_attempt: env.GITHUB_RUN_ATTEMPT,
};
const path = `${env.SECRET}${env.FAMILY === 'true' ? `/${NAME}` : ''}`;
const token = await logIn();

async function record() {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await vault('GET', path, { token });
    if (!found.ok && found.status !== 404) {
      throw new Error(`${path} can't be read, so a newer tag could be lost: ${found.status} ${found.errors}`);
    }
    // What was deleted and can be brought back answers 404, and has a version. Writing that is overwriting, which takes more
    // than a recorder may.
    const version = found.body.data?.metadata?.version ?? 0;
    const last = found.ok ? found.body.data.data ?? {} : {};
    if (found.ok && older(run(entry), run(last))) {
      process.stdout.write(`::notice::run ${last.run_id} is newer and has recorded ${JSON.stringify(last.tag)}: nothing is changed\n`);
      return false;
    }
    const body = { options: { cas: version }, data: { ...entry, recorded_at: new Date().toISOString() } };
    const written = found.ok
      ? await vault('PATCH', path, { token, body, type: 'application/merge-patch+json' })
      : await vault('POST', path, { token, body });
    if (written.ok) {
      return true;
    }
    // Somebody else has written in between. Who may make a secret and not overwrite it is told so by 403 where that was the
    // first tag of all.
    const made = written.status === 403 && !found.ok && version === 0 && (await vault('GET', path, { token })).ok;
    const again = made || (written.status === 400 && /check-and-set|cas/.test(written.errors));
    if (written.status === 403 && !found.ok && version > 0) {
      throw new Error(`${path} was deleted: undelete it, or delete its metadata so that it can be made anew`);
    }
    if (!again) {
      throw new Error(`${path} can't be written: ${written.status} ${written.errors}`);
    }
  }
  throw new Error(`${path} is written by so many jobs at once that this one gave up after ${TRIES} tries`);
}

const recorded = await record();
fs.appendFileSync(env.GITHUB_OUTPUT, `recorded=${recorded}\n`);
