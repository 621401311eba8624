import { startDynamoDb } from '../../local/dynamodb.ts';

/** The database as a process of its own, whose files may be limited: `node full-database.ts FOLDER`. */
const { endpoint } = await startDynamoDb({ path: process.argv[2] ?? '', port: 0 });
console.log(endpoint);
