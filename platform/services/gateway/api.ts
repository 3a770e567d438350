/** Each operation's schemas: `platform/contracts/viewer-api.ts` has its method, path, priority and token. */
import type { z } from 'zod';
import type { Operation } from '#contracts/viewer-api.ts';
import * as s from './schemas.ts';

export interface Spec {
  readonly summary: string;
  /** What it is out without: said in the document, and what a reader of the routes looks for. */
  readonly servedBy: readonly string[];
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType | 'image' | 'document';
  /** 200 unless told. */
  readonly status?: 201;
}

export const api = {
  openSession: {
    summary: "Begins a session: an account's with an access token, a device's own without",
    servedBy: [],
    ...{ body: s.sessionBody, answer: s.session },
  },
  createAccount: { summary: 'Signs up', servedBy: ['users'], body: s.accountBody, answer: s.account, status: 201 },
  getAccount: { summary: 'The account and its subscription', servedBy: ['users'], answer: s.accountPage },
  listProfiles: { summary: 'Who watches', servedBy: ['users'], answer: s.profiles },
  createProfile: {
    ...{ summary: 'One more who watches', servedBy: ['users'], body: s.profileBody, answer: s.profile, status: 201 },
  },
  deleteProfile: { summary: 'One less', servedBy: ['users'], params: s.idPath, answer: s.empty },
  browse: { summary: 'The home rows', servedBy: [], query: s.profileQuery, answer: s.rows },
  listTitles: {
    summary: 'Titles, the popular ones first',
    servedBy: ['catalog'],
    query: s.titlesQuery,
    answer: s.titles,
  },
  getTitle: { summary: 'One title', servedBy: ['catalog'], params: s.idPath, answer: s.wholeTitle },
  listSimilar: { summary: 'What is kin to a title', servedBy: ['catalog'], params: s.idPath, answer: s.similar },
  listGenres: { summary: 'Genres, the largest first', servedBy: ['catalog'], answer: s.genres },
  search: { summary: 'By name, people and genre', servedBy: ['catalog'], query: s.searchQuery, answer: s.titles },
  getArtwork: { summary: 'A picture', servedBy: ['catalog'], params: s.artworkPath, answer: 'image' },
  startPlayback: { summary: 'Starts a title', servedBy: ['playback'], body: s.playBody, answer: s.playing },
  heartbeat: { summary: 'Says that it still plays', servedBy: ['playback'], body: s.heartbeatBody, answer: s.empty },
  stopPlayback: { summary: 'Gives the stream back', servedBy: ['playback'], body: s.stopBody, answer: s.empty },
  listPositions: {
    ...{ summary: 'Where a profile stopped', servedBy: ['playback'], query: s.positionsQuery, answer: s.positions },
  },
  getSteering: {
    ...{ summary: 'Where a stream that plays should fetch from', servedBy: ['playback'] },
    ...{ params: s.playbackPath, query: s.steeringQuery, answer: s.steering },
  },
  listPlans: { summary: 'What can be subscribed to', servedBy: ['billing'], query: s.plansQuery, answer: s.plans },
  getSubscription: { summary: 'What is subscribed to', servedBy: ['billing'], answer: s.subscription },
  subscribe: {
    ...{ summary: 'Subscribes, or changes the plan', servedBy: ['billing'] },
    ...{ body: s.subscribeBody, answer: s.subscription },
  },
  cancelSubscription: { summary: 'Ends it with what is paid', servedBy: ['billing'], answer: s.subscription },
  listBills: { summary: 'Bills, the newest first', servedBy: ['billing'], query: s.billsQuery, answer: s.bills },
  getApi: { summary: 'This document', servedBy: [], answer: 'document' },
} as const satisfies Readonly<Record<Operation, Spec>>;

export type Api = typeof api;
type Part<Name extends Operation, Key extends string> =
  Api[Name] extends Readonly<Record<Key, infer Schema extends z.ZodType>> ? z.output<Schema> : undefined;
export type BodyOf<Name extends Operation> = Part<Name, 'body'>;
export type QueryOf<Name extends Operation> = Part<Name, 'query'>;
export type ParamsOf<Name extends Operation> = Part<Name, 'params'>;
export type AnswerOf<Name extends Operation> = Api[Name]['answer'] extends infer Schema extends z.ZodType
  ? z.input<Schema>
  : unknown;
