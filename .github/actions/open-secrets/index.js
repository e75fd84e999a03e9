// Opens what the workflow fetch-secrets has sealed, in a job of the same run.
//
// Written by fleetc. It needs nothing but node, so there is nothing here to be kept up to date.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const { GITHUB_OUTPUT, GITHUB_REPOSITORY_ID, GITHUB_RUN_ID } = process.env;

const SHORTEST = 4;

// A command to the runner ends with its line.
function mask(text) {
  const line = text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  process.stdout.write(`::add-mask::${line}\n`);
}

function open() {
  const bundle = input('bundle');
  if (bundle === '') {
    throw new Error('the bundle is empty: the job fetch-secrets failed, or this job does not `need` it');
  }
  const [version, wanted, text, ...rest] = bundle.split('.');
  if (version !== 'fc1' || text === undefined || rest.length > 0) {
    throw new Error('this is no bundle of fetch-secrets');
  }
  const masters = ['key', 'previous-key']
    .map(input)
    .filter((key) => key !== '')
    .map((key) => Buffer.from(key, 'base64'));
  const kid = (master) =>
    crypto.createHash('sha256').update('fleetc-kid|').update(master).digest('hex').slice(0, 8);
  const master = masters.find((candidate) => kid(candidate) === wanted);
  if (master === undefined) {
    throw new Error(`the bundle was sealed with key ${wanted}, and this job has ${masters.map(kid).join(' and ') || 'none'}`);
  }
  const info = Buffer.from(`fleetc-output|v1|${GITHUB_REPOSITORY_ID}|${GITHUB_RUN_ID}`, 'utf8');
  const key = Buffer.from(crypto.hkdfSync('sha256', master, Buffer.alloc(0), info, 32));
  const bytes = Buffer.from(text, 'base64url');
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(info);
  decipher.setAuthTag(bytes.subarray(12, 28));
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
    return JSON.parse(opened.toString('utf8'));
  } catch {
    throw new Error('the bundle was changed, or it is of another run or repository');
  }
}

try {
  const values = open();
  // The runner of this job has never seen these values: it is told before anything else can print them.
  for (const value of Object.values(values)) {
    mask(value);
    value.split(/\r?\n/).filter((line) => line.length >= SHORTEST).forEach(mask);
  }
  for (const [name, value] of Object.entries(values)) {
    const end = `end-${crypto.randomUUID()}`;
    fs.appendFileSync(GITHUB_OUTPUT, `${name}<<${end}\n${value}\n${end}\n`);
  }
} catch (error) {
  process.stdout.write(`::error::${error.message}\n`);
  process.exitCode = 1;
}
