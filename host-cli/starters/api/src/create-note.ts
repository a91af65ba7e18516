import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const table = new DynamoDBClient({});

export const handler = async (event: { body?: string }) => {
  const { text } = JSON.parse(event.body ?? '{}');
  if (typeof text !== 'string') {
    return { statusCode: 400, body: JSON.stringify({ message: 'text is missing' }) };
  }
  const id = randomUUID();
  await table.send(new PutItemCommand({ TableName: process.env.STP_NOTES_NAME, Item: { id: { S: id }, text: { S: text } } }));
  return { statusCode: 201, body: JSON.stringify({ id, text }) };
};
