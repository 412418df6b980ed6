/** What a provider sells; `USER_DEFINED` is any name the table does not have. */
export type Category =
  | 'AI'
  | 'CLOUD'
  | 'DATABASE'
  | 'CACHE'
  | 'STORAGE'
  | 'MESSAGING'
  | 'PAYMENT'
  | 'API'
  | 'SYSTEM'
  | 'CUSTOM'
  | 'USER_DEFINED';

export interface Provider<CategoryOf extends string = Category> {
  /** The name events carry. */
  readonly name: string;
  readonly category: CategoryOf;
  /** Other spellings that mean the same provider; compared without case. */
  readonly aliases: readonly string[];
}

/** The one table of providers, read by the build and by the runtime. Data only. */
export const PROVIDERS = [
  { name: 'OpenAI', category: 'AI', aliases: ['open-ai'] },
  { name: 'Anthropic', category: 'AI', aliases: ['claude'] },
  { name: 'Google AI', category: 'AI', aliases: ['gemini', 'google-ai', 'vertex-ai'] },
  { name: 'Mistral', category: 'AI', aliases: ['mistral-ai'] },
  { name: 'Cohere', category: 'AI', aliases: [] },
  { name: 'Groq', category: 'AI', aliases: [] },
  { name: 'Perplexity', category: 'AI', aliases: [] },
  { name: 'Replicate', category: 'AI', aliases: [] },
  { name: 'Hugging Face', category: 'AI', aliases: ['huggingface'] },
  { name: 'AWS', category: 'CLOUD', aliases: ['amazon', 'amazon-web-services'] },
  { name: 'Google Cloud (GCP)', category: 'CLOUD', aliases: ['gcp', 'google-cloud', 'googlecloud'] },
  { name: 'Azure', category: 'CLOUD', aliases: ['microsoft-azure'] },
  { name: 'Cloudflare', category: 'CLOUD', aliases: [] },
  { name: 'Vercel', category: 'CLOUD', aliases: [] },
  { name: 'MongoDB Atlas', category: 'DATABASE', aliases: ['mongodb', 'mongo', 'atlas'] },
  { name: 'Postgres', category: 'DATABASE', aliases: ['postgresql', 'pg'] },
  { name: 'MySQL', category: 'DATABASE', aliases: [] },
  { name: 'Elasticsearch', category: 'DATABASE', aliases: ['elastic'] },
  { name: 'Pinecone', category: 'DATABASE', aliases: [] },
  { name: 'Supabase', category: 'DATABASE', aliases: [] },
  { name: 'Redis', category: 'CACHE', aliases: ['valkey'] },
  { name: 'S3', category: 'STORAGE', aliases: ['aws-s3'] },
  { name: 'Kafka', category: 'MESSAGING', aliases: [] },
  { name: 'Twilio', category: 'MESSAGING', aliases: [] },
  { name: 'SendGrid', category: 'MESSAGING', aliases: [] },
  { name: 'Resend', category: 'MESSAGING', aliases: [] },
  { name: 'Stripe', category: 'PAYMENT', aliases: [] },
  { name: 'External API', category: 'API', aliases: ['external-api', 'external', 'api', 'http'] },
  { name: 'System', category: 'SYSTEM', aliases: ['internal'] },
  { name: 'Custom', category: 'CUSTOM', aliases: [] },
] as const;

/** A name that events carry without anybody adding it. */
export type KnownProvider = (typeof PROVIDERS)[number]['name'];
