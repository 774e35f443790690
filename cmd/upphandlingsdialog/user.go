package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/app"
)

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Add somebody to the team. The password is read from standard input."`
	List     userListCmd     `cmd:"" help:"List the team."`
	Password userPasswordCmd `cmd:"" help:"Give an account a new password (read from standard input) and end its sessions."`
}

type userAddCmd struct {
	Email string `arg:"" help:"E-mail address, which is also the sign-in name."`
	Name  string `required:"" help:"First and last name."`
	Role  string `default:"editor" enum:"admin,leader,editor,secretary,reader" help:"Role: ${enum}."`
	Lang  string `default:"sv" enum:"sv,en" help:"Language: ${enum}."`
}

func (c userAddCmd) Run(ctx context.Context, e *env) error {
	password, err := e.password()
	if err != nil {
		return err
	}
	return e.with(ctx, func(a *app.App) error {
		u, err := a.Accounts.CreateUser(ctx, c.Email, c.Name, account.Role(c.Role), c.Lang, password)
		if err == nil {
			e.printf("%s (%s) can sign in now.\n", u.Email, u.Role)
		}
		return err
	})
}

type userListCmd struct{}

func (userListCmd) Run(ctx context.Context, e *env) error {
	return e.with(ctx, func(a *app.App) error {
		users, err := a.Accounts.Users(ctx)
		for _, u := range users {
			state := "active"
			if u.DisabledAt != nil {
				state = "disabled"
			}
			e.printf("%-36s %-24s %-10s %s\n", u.Email, u.Name, u.Role, state)
		}
		return err
	})
}

type userPasswordCmd struct {
	Email string `arg:"" help:"The account's address."`
}

func (c userPasswordCmd) Run(ctx context.Context, e *env) error {
	password, err := e.password()
	if err != nil {
		return err
	}
	return e.with(ctx, func(a *app.App) error {
		if err := a.Accounts.SetPassword(ctx, c.Email, password); err != nil {
			return missing(err, "there is no account %s", c.Email)
		}
		e.printf("%s has a new password; every session of the account has ended.\n", c.Email)
		return nil
	})
}

// password reads one line: a password on the command line would end up in the shell's history.
func (e *env) password() (string, error) {
	line, err := bufio.NewReader(e.In).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line != "" {
		return line, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return "", errors.New("no password: write it on standard input, on one line")
	}
	return "", err
}
