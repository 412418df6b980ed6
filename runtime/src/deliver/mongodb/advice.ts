/** What is known of one error of the driver. */
export interface Facts {
  readonly name: string;
  readonly message: string;
  readonly code: unknown;
  readonly labels: readonly string[];
}

/** A cause of failures; `what` follows the address, `todo` ends the line. All of them are tried again. */
export interface Advice {
  readonly code: string;
  readonly what: string;
  readonly todo: string;
}

interface Rule extends Advice {
  readonly codes?: readonly (string | number)[];
  readonly names?: RegExp;
  readonly message?: RegExp;
}

/** The first rule that knows one of the errors gives the advice, so the precise ones come first. */
const RULES: readonly Rule[] = [
  {
    code: 'PAN6414',
    names: /MissingDependency/,
    message: /^Optional module \S+ not found/,
    what: 'was to be sent to with a compression that is not installed',
    todo: 'Install what is named, or take it out of the connection string.',
  },
  {
    code: 'PAN6407',
    codes: [18, 334, 'MissingCredentials'],
    names: /MissingCredentials|MongoAWSError|OIDC/,
    message: /bad auth|authentication failed/i,
    what: 'refuses the account',
    todo: 'Check user, password, authSource and authMechanism in the connection string.',
  },
  {
    code: 'PAN6413',
    codes: [14031],
    message: /over your space quota|no space left|out of disk/i,
    what: 'has no room left',
    todo: 'Make room on the server, or raise its quota.',
  },
  {
    code: 'PAN6407',
    message: /requires authentication/i,
    what: 'wants an account',
    todo: 'Put user and password into the connection string.',
  },
  {
    code: 'PAN6408',
    codes: [13, 8000],
    what: 'does not let this account write',
    todo: 'Give it the role readWrite on the database.',
  },
  {
    code: 'PAN6411',
    codes: [13297],
    message: /already exists with different case/i,
    what: 'has a database whose name differs only in case',
    todo: 'Choose another env, or rename that database.',
  },
  {
    code: 'PAN6412',
    codes: [64, 79, 100],
    names: /WriteConcern/,
    what: 'has written and cannot confirm that the majority has',
    todo: 'Check that a majority of the replica set is up.',
  },
  {
    code: 'PAN6405',
    codes: ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'ESERVFAIL', 'EBADNAME', 'EREFUSED'],
    message: /querySrv|No addresses found|getaddrinfo/i,
    what: 'is a host that cannot be found',
    todo: 'Check the host names in the connection string and the DNS.',
  },
  {
    code: 'PAN6409',
    codes: [
      'EPROTO',
      'ENOENT',
      'EACCES',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_GET_ISSUER_CERT',
      'CERT_HAS_EXPIRED',
      'CERT_NOT_YET_VALID',
      'CERT_SIGNATURE_FAILURE',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    message: /wrong version number|secure TLS connection|SSL routines|certificate|tlsv1 alert/i,
    what: 'and this process do not agree on TLS',
    todo: 'Check tls, tlsCAFile and tlsCertificateKeyFile in the connection string, and the certificate of the server.',
  },
  {
    code: 'PAN6410',
    names: /^(?:MongoParseError|ConnectionStringError)$/,
    what: 'is a connection string the driver cannot use',
    todo: 'Correct PANOPTIC_MONGODB_URI (or mongodb.uri): percent-encode user and password, and check the names of its options.',
  },
  {
    code: 'PAN6415',
    names: /Compatibility/,
    what: 'runs a version the driver does not speak to',
    todo: 'Update the server, or install the driver that fits it.',
  },
  {
    code: 'PAN6406',
    codes: ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ECONNRESET', 'EPIPE'],
    names: /^Mongo(?:Network|ServerSelection|WaitQueue|PoolCleared|TopologyClosed|NotConnected|NoAnswer)/,
    // the driver wraps what an insert met in an error with nothing but its message
    message: /^connection \S+ to \S+ (?:closed|timed out)|connection pool|client (?:was|is) closed/i,
    what: 'cannot be reached',
    todo: 'Check that it runs, its address, that both sides use TLS or neither, and the network (on Atlas: the IP access list).',
  },
];

const OTHERWISE: Advice = {
  code: 'PAN6402',
  what: 'does not take events',
  todo: 'If that goes on, look into the log of the server.',
};

export function adviceFor(errors: readonly Facts[]): Advice {
  for (const rule of RULES) if (errors.some((facts) => fits(rule, facts))) return rule;
  return OTHERWISE;
}

function fits({ codes, names, message }: Rule, facts: Facts): boolean {
  return (
    (codes?.some((code) => code === facts.code) ?? false) ||
    (names?.test(facts.name) ?? false) ||
    (message?.test(facts.message) ?? false)
  );
}
