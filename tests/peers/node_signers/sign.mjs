// A list of what is to be signed on standard input, the list of signatures on standard output.
import { readFileSync } from 'node:fs';
import standardwebhooks from 'standardwebhooks';
import Stripe from 'stripe';

const stripe = new Stripe('sk_test_not_used');

function signature({ source, name, at_s, body, secret }) {
  if (source === 'payments') {
    return stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: at_s });
  }
  return new standardwebhooks.Webhook(secret).sign(name, new Date(at_s * 1000), body);
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(signature)));
