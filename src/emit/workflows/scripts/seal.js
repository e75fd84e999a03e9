// Puts the secrets of a set into one text that only the holder of the key can read.
//
// GitHub drops an output that holds a secret of the job, in any of the forms that the runner masks. So the text is sealed again
// with another nonce until none of them occurs in it by chance.
const crypto = require('node:crypto');
const fs = require('node:fs');
const { GITHUB_OUTPUT, GITHUB_REPOSITORY_ID, GITHUB_RUN_ID, KEY, SET, SETS } = process.env;

const SHORTEST = 4;
const TRIES = 1000;

const master = Buffer.from(KEY ?? '', 'base64');
if (master.length !== 32) {
  throw new Error('FLEET_OUTPUT_KEY is not 32 bytes in base64: make one with `openssl rand -base64 32`');
}

// The runner masks each line, without the blanks around it.
function lines(value) {
  return value.split(/[\r\n]/).map((line) => line.trim()).filter((line) => line !== '');
}

const values = {};
for (const field of JSON.parse(SETS)[SET] ?? []) {
  const value = process.env[`FIELD_${field}`] ?? '';
  if (value === '') {
    throw new Error(`${field} is empty in Vault`);
  }
  for (const line of lines(value)) {
    if (line.length < SHORTEST) {
      throw new Error(
        `${field} has a line of less than ${SHORTEST} characters: the runner masks each line, and would drop ` +
          'almost any output for it. Keep the value in Vault as one line of base64');
    }
  }
  values[field] = value;
}

// What the runner looks for: each value and each of its lines, as it is and encoded.
function forms(text) {
  const bytes = Buffer.from(text, 'utf8');
  const base64 = [0, 1, 2].map((shift) => bytes.subarray(shift).toString('base64').replace(/=+$/, ''));
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), ...base64];
}
const parts = Object.values(values).flatMap((value) => [value, ...lines(value)]);
const masks = [KEY, ...parts].flatMap(forms).filter((form) => form.length > 0);

const info = Buffer.from(`fleetc-output|v1|${GITHUB_REPOSITORY_ID}|${GITHUB_RUN_ID}`, 'utf8');
const key = Buffer.from(crypto.hkdfSync('sha256', master, Buffer.alloc(0), info, 32));
const kid = crypto.createHash('sha256').update('fleetc-kid|').update(master).digest('hex').slice(0, 8);

function seal() {
  const nonce = crypto.randomBytes(12);
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(info);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()]);
  return `fc1.${kid}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
}

let bundle;
for (let tries = 0; bundle === undefined && tries < TRIES; tries += 1) {
  const candidate = seal();
  if (!masks.some((mask) => candidate.includes(mask))) {
    bundle = candidate;
  }
}
if (bundle === undefined) {
  throw new Error(`no text without a part of a secret was found in ${TRIES} tries: the values are too short`);
}
fs.appendFileSync(GITHUB_OUTPUT, `bundle=${bundle}\n`);
