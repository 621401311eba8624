/**
 * The parts of Lambda's events that are read here, as AWS documents them (Lambda developer guide, "Using Lambda with
 * Amazon SQS"; API Gateway developer guide, payload format 2.0, which Function URLs send too; EventBridge user guide,
 * "Events from AWS services").
 */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  /** Of the queue. */
  readonly eventSourceARN: string;
}
/** With `ReportBatchItemFailures`: these come again, all others are deleted. */
export interface SqsBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface HttpEvent {
  readonly rawPath: string;
  /** Names in lower case; values that came several times are joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly http: { readonly method: string } };
}
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EventBridgeEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly region: string;
  readonly detail: unknown;
}

/** What a handler is given beside its event. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}
