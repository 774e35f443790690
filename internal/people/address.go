package people

import (
	"errors"
	"net/mail"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// NormaliseEmail returns the form under which an address is the same address:
// lower case, composed characters, the domain in its ASCII form. Mail servers
// in practice treat the part before @ without regard to case, and so do people
// who keep lists. An error says what is wrong with the address.
func NormaliseEmail(s string) (string, error) {
	s = strings.TrimSpace(norm.NFC.String(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return "", errors.New("not one plain address")
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := strings.ToLower(s[:at]), strings.TrimSuffix(strings.ToLower(s[at+1:]), ".")
	for _, r := range local {
		if r > unicode.MaxASCII {
			return "", errors.New("letters outside a-z before the @ are not accepted by most mail servers")
		}
	}
	domain, err = idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(domain, ".") {
		return "", errors.New("the part after @ is not a domain name")
	}
	if len(local) > 64 || len(local)+len(domain) > 253 {
		return "", errors.New("the address is too long")
	}
	return local + "@" + domain, nil
}

// normaliseName is the form under which two names of an organisation are the same.
func normaliseName(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFC.String(s))), " ")
}

// LikePattern makes typed text safe inside a LIKE pattern.
func LikePattern(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(s))
}

var numberLike = regexp.MustCompile(`(?:^|\D)((?:18|19|20)?)(\d{2})(\d{2})(\d{2})([-+ ]?)(\d{4})(?:\D|$)`)

// looksPersonal reports whether a text holds what may be a personal identity
// number (or a co-ordination number). Written with century or separator the
// date is enough; ten bare digits must also have the right check digit, or
// every telephone number would be refused. A legal person's number never looks
// like this: its third digit is 2 or more.
func looksPersonal(s string) bool {
	for _, m := range numberLike.FindAllStringSubmatch(s, -1) {
		month, day := atoi(m[3]), atoi(m[4])
		if month < 1 || month > 12 || !(day >= 1 && day <= 31 || day >= 61 && day <= 91) {
			continue
		}
		if m[1] != "" || m[5] == "-" || m[5] == "+" || luhn(m[2]+m[3]+m[4]+m[6]) {
			return true
		}
	}
	return false
}

var legalNumber = regexp.MustCompile(`^(?:16)?(\d{2}[2-9]\d{3})-?(\d{4})$`)

// parseLegalNumber reads the organisation number of a legal person.
func parseLegalNumber(s string) (string, bool) {
	m := legalNumber.FindStringSubmatch(strings.ReplaceAll(s, " ", ""))
	if m == nil || !luhn(m[1]+m[2]) {
		return "", false
	}
	return m[1] + "-" + m[2], true
}

func luhn(digits string) bool {
	sum := 0
	for i, r := range digits {
		d := int(r - '0')
		if (len(digits)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func atoi(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}
