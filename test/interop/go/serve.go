package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"time"

	f_note "github.com/transparency-dev/formats/note"
	witness_http "github.com/transparency-dev/witness/client/http"
	"github.com/transparency-dev/witness/persistence/inmemory"
	"github.com/transparency-dev/witness/witness"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
)

// serveWitness starts a witness of github.com/transparency-dev/witness for the one log of asked.Vkeys[0],
// cosigning with types 0x04 and 0x06.
func serveWitness(asked request) (map[string]any, error) {
	known, err := f_note.NewVerifier(asked.Vkeys[0])
	if err != nil {
		return nil, err
	}
	ed25519Signer, ed25519Vkey, err := newCosigner("0x04", asked.Name)
	if err != nil {
		return nil, err
	}
	mldsaSigner, mldsaVkey, err := newCosigner("0x06", asked.Name)
	if err != nil {
		return nil, err
	}
	made, err := witness.New(context.Background(), witness.Opts{
		Persistence: inmemory.New(),
		Signers:     []note.Signer{ed25519Signer, mldsaSigner},
		VerifierForLog: func(_ context.Context, origin string) (note.Verifier, bool, error) {
			return known, origin == known.Name(), nil
		},
	})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", witness.NewHTTPHandler(made).AddCheckpoint)
	go func() { _ = http.Serve(listener, mux) }()
	return map[string]any{
		"url":   "http://" + listener.Addr().String(),
		"vkeys": []string{ed25519Vkey, mldsaVkey},
	}, nil
}

// updateWitness asks the witness at asked.URL by the client of github.com/transparency-dev/witness.
func updateWitness(asked request) (map[string]any, error) {
	at, err := url.Parse(asked.URL)
	if err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, line := range asked.Hashes {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	client := witness_http.NewWitness(at, &http.Client{Timeout: 10 * time.Second})
	body, size, err := client.Update(context.Background(), uint64(asked.OldSize), []byte(asked.Note), hashes)
	return map[string]any{"body": string(body), "size": size}, err
}

// serveAgent is an SSH agent with one new Ed25519 key, which litewitness signs with.
func serveAgent(asked request) (map[string]any, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	keys := agent.NewKeyring()
	if err := keys.Add(agent.AddedKey{PrivateKey: &key}); err != nil {
		return nil, err
	}
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", asked.Path)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(keys, connection) }()
		}
	}()
	return map[string]any{"fingerprint": ssh.FingerprintSHA256(public)}, nil
}
