package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"upphandlingsdialog/internal/account"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/testkit"
)

const password = "en lång vintermorgon"

func setUp(t *testing.T) (*account.Service, *testkit.FakeClock, account.User) {
	t.Helper()
	clock := testkit.Clock(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	s := account.New(testkit.DB(t), clock.Now)
	u, err := s.CreateUser(context.Background(), "Eva.Östlund@lansstyrelsen.example", "Eva Östlund", account.Leader, "sv", password)
	if err != nil {
		t.Fatal(err)
	}
	return s, clock, u
}

func TestSigningInOpensASessionThatCanBeListedAndRevoked(t *testing.T) {
	s, _, u := setUp(t)
	ctx := context.Background()
	got, plain, err := s.SignIn(ctx, " EVA.östlund@lansstyrelsen.example ", password, "Firefox")
	if err != nil || got.ID != u.ID {
		t.Fatalf("sign in: %v %v", got, err)
	}
	who, session, err := s.Authenticate(ctx, plain)
	if err != nil || who.Email != u.Email {
		t.Fatalf("authenticate: %v %v", who, err)
	}
	list, err := s.Sessions(ctx, u.ID)
	if err != nil || len(list) != 1 || list[0].Device != "Firefox" {
		t.Fatalf("sessions: %v %v", list, err)
	}
	if err := s.Revoke(ctx, u.ID, session.ID, account.EventSessionRevoked); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Authenticate(ctx, plain); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a revoked session opens: %v", err)
	}
}

func TestASessionEndsByItselfAndWithTheAccount(t *testing.T) {
	s, clock, u := setUp(t)
	ctx := context.Background()
	_, old, err := s.SignIn(ctx, u.Email, password, "a")
	if err != nil {
		t.Fatal(err)
	}
	clock.Advance(14*24*time.Hour + time.Second)
	if _, _, err := s.Authenticate(ctx, old); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("after 14 days: %v", err)
	}
	_, plain, err := s.SignIn(ctx, u.Email, password, "b")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetDisabled(ctx, u.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Authenticate(ctx, plain); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("after the account was switched off: %v", err)
	}
	if _, _, err := s.SignIn(ctx, u.Email, password, "c"); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a disabled account signs in: %v", err)
	}
}

func TestAnUnknownAddressAndAWrongPasswordGetTheSameAnswer(t *testing.T) {
	s, _, u := setUp(t)
	_, _, wrong := s.SignIn(context.Background(), u.Email, "fel lösenord här", "x")
	_, _, unknown := s.SignIn(context.Background(), "ingen@kommun.example", password, "x")
	if wrong == nil || unknown == nil || wrong.Error() != unknown.Error() {
		t.Errorf("%v / %v", wrong, unknown)
	}
}

func TestGuessingIsSlowedDownAndForgivenAfterAWait(t *testing.T) {
	s, clock, u := setUp(t)
	ctx := context.Background()
	for range 5 {
		if _, _, err := s.SignIn(ctx, u.Email, "gissning nummer", "x"); !fault.Is(err, fault.Unauthenticated) {
			t.Fatal(err)
		}
	}
	if _, _, err := s.SignIn(ctx, u.Email, password, "x"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("the sixth try is not slowed down: %v", err)
	}
	clock.Advance(2 * time.Second)
	if _, _, err := s.SignIn(ctx, u.Email, password, "x"); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestAnAccountIsRefusedWithEveryFaultNamed(t *testing.T) {
	s, _, u := setUp(t)
	ctx := context.Background()
	_, err := s.CreateUser(ctx, "x", "", "king", "sv", "kort")
	f, ok := fault.Of(err)
	if !ok || len(f.Fields) != 4 {
		t.Errorf("got %v", err)
	}
	_, err = s.CreateUser(ctx, strings.ToUpper(u.Email), "Annan", account.Reader, "sv", password)
	if f, ok := fault.Of(err); !ok || len(f.Fields) != 1 || f.Fields[0].Key != "account.error_email_taken" {
		t.Errorf("a taken address: %v", err)
	}
}

func TestRolesGrantWhatTheTableSays(t *testing.T) {
	for _, c := range []struct {
		role account.Role
		may  account.Permission
		want bool
	}{
		{account.Reader, account.ReportRead, true},
		{account.Reader, account.PeopleRead, false},
		{account.Editor, account.ReportPublish, false},
		{account.Secretary, account.AdviceWrite, true},
		{account.Leader, account.CampaignLaunch, true},
		{account.Leader, account.UserManage, false},
		{account.Admin, account.UserManage, true},
		{account.Admin, "no.such", false},
	} {
		u := &account.User{Role: c.role}
		if got := u.May(c.may); got != c.want {
			t.Errorf("%s may %s: %v", c.role, c.may, got)
		}
	}
	var nobody *account.User
	if nobody.May(account.SignedIn) || !nobody.May(account.Public) {
		t.Error("nobody may only what is public")
	}
}
