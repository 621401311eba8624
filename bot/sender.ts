/** Who clicked or sent a dialog, and of which workspace they are. */
export interface Sender {
  readonly user: string;
  readonly workspace: string;
}

/** As Slack's payloads name them. `team` is null in an app of a whole organization. */
export const senderOf = ({ body: { team, user } }: Sent): Sender => ({
  user: user.id,
  workspace: team?.id ?? user.team_id ?? '',
});

interface Sent {
  readonly body: {
    readonly user: { readonly id: string; readonly team_id?: string };
    readonly team: { readonly id: string } | null;
  };
}
