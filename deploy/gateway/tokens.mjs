// Suite tokens, verified by the keys that the register publishes; every service does so again.
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

import { Away } from "./graph.mjs";

const TIMEOUT_MS = 5_000;
const COOLDOWN_MS = 10_000;
const KEPT_MS = 300_000;
const UNREACHABLE = [errors.JWKSTimeout, errors.JWKSInvalid];

/** The token is none of ours, of another kind, or past its time. */
export class NotSignedIn extends Error {}

export class Verifier {
  constructor({ registerUrl, issuer, tokens }) {
    const url = new URL("/.well-known/jwks.json", registerUrl);
    const timing = {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEPT_MS,
    };
    this.keys = createRemoteJWKSet(url, timing);
    this.rules = {
      issuer,
      audience: tokens.AUDIENCE,
      algorithms: tokens.ALGORITHMS,
      typ: tokens.TYPE,
      clockTolerance: tokens.LEEWAY_S,
      requiredClaims: ["sub", "exp", "role"],
    };
  }

  /** Throws NotSignedIn, or Away when the keys cannot be had. */
  async check(authorization) {
    const [scheme, ...rest] = authorization.split(" ");
    if (scheme.toLowerCase() !== "bearer") throw new NotSignedIn("another scheme");
    try {
      await jwtVerify(rest.join(" ").trim(), this.keys, this.rules);
    } catch (fault) {
      if (isOfTheToken(fault)) throw new NotSignedIn(fault.code);
      throw new Away("The keys of the register cannot be had.");
    }
  }
}

function isOfTheToken(fault) {
  const isOurs = fault instanceof errors.JOSEError && fault.code !== "ERR_JOSE_GENERIC";
  return fault instanceof TypeError
    ? false
    : isOurs && !UNREACHABLE.some((kind) => fault instanceof kind);
}
