// A member on matrix-js-sdk with its Rust crypto, as Element is: excludes devices that their owner has not signed.
// Reads one JSON command a line, answers each with
// one JSON line.

import { createInterface } from "node:readline";

import { UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import * as sdk from "matrix-js-sdk";
import { decodeRecoveryKey, OnlySignedDevicesIsolationMode } from "matrix-js-sdk/lib/crypto-api/index.js";
import { logger } from "matrix-js-sdk/lib/logger.js";

for (const level of ["log", "info", "debug", "warn", "error", "trace"]) console[level] = () => {};
logger.disableAll?.();

let client;

const commands = {
    async open({ url, user, device, token }) {
        client = sdk.createClient({ baseUrl: url, userId: user, deviceId: device, accessToken: token });
        await client.initRustCrypto({ useIndexedDB: false });
        const crypto = client.getCrypto();
        crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
        await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (send) => send(null) });
        await client.startClient({ initialSyncLimit: 50 });
        await until(() => client.isInitialSyncComplete());
    },
    async room({ invite }) {
        const initial_state = [
            { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
        ];
        const { room_id } = await client.createRoom({ preset: "private_chat", invite: [invite], initial_state });
        await until(() => client.getRoom(room_id)?.getMember(invite)?.membership === "join");
        return room_id;
    },
    // As somebody does who has compared what both screens show.
    async verify({ user }) {
        const crypto = client.getCrypto();
        await crypto.userHasCrossSigningKeys(user, true);
        const identity = await crypto.olmMachine.getIdentity(new UserId(user));
        await crypto.outgoingRequestProcessor.makeOutgoingRequest(await identity.verify());
        await until(async () => {
            await crypto.userHasCrossSigningKeys(user, true);
            return (await crypto.getUserVerificationStatus(user)).isVerified();
        });
        return true;
    },
    async signed({ user, device }) {
        return (await client.getCrypto().getDeviceVerificationStatus(user, device))?.signedByOwner ?? null;
    },
    async says({ room, text }) {
        return (await client.sendTextMessage(room, text)).event_id;
    },
    // The texts of a room from somebody, once `text` is among them; what could not be read is its reason.
    async reads({ room, user, text, seconds = 15 }) {
        const shown = () =>
            client
                .getRoom(room)
                .getLiveTimeline()
                .getEvents()
                .filter((each) => each.getSender() === user && each.getWireType() === "m.room.encrypted")
                .map((each) => each.decryptionFailureReason ?? each.getContent().body);
        await until(() => shown().includes(text), seconds).catch(() => {});
        return shown();
    },
    // Another client of the same account, as its owner: can the recovery key open what is stored?
    async recovers({ url, user, token, device, key }) {
        const raw = decodeRecoveryKey(key);
        const cryptoCallbacks = { getSecretStorageKey: async ({ keys }) => [Object.keys(keys)[0], raw] };
        const other = sdk.createClient({ baseUrl: url, userId: user, deviceId: device, accessToken: token, cryptoCallbacks });
        await other.initRustCrypto({ useIndexedDB: false });
        await other.startClient();
        await until(() => other.isInitialSyncComplete());
        await until(() => other.getCrypto().userHasCrossSigningKeys(user, true));
        await other.getCrypto().bootstrapCrossSigning({});
        await until(async () => {
            await other.getCrypto().userHasCrossSigningKeys(user, true);
            return (await other.getCrypto().getDeviceVerificationStatus(user, device))?.signedByOwner;
        });
        const ready = await other.getCrypto().isCrossSigningReady();
        other.stopClient();
        return ready;
    },
    async close() {
        client?.stopClient();
        setTimeout(() => process.exit(0), 10);
    },
};

async function until(holds, seconds = 15) {
    const end = Date.now() + seconds * 1000;
    while (!(await holds())) {
        if (Date.now() > end) throw new Error(`waited ${seconds} s in vain`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...rest } = JSON.parse(line);
    let answer;
    try {
        answer = { value: (await commands[command](rest)) ?? null };
    } catch (error) {
        answer = { error: String(error?.stack ?? error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
}
