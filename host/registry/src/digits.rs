//! Numbers and days straight into bytes, for the answers that are counted in microseconds.

use motcua_model::date::DAY_SECONDS;
use motcua_model::{Date, Moment};

/// A whole number.
pub(crate) fn number(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// `2026-04-29`
pub(crate) fn date(out: &mut Vec<u8>, date: Date) {
    let (year, month, day) = civil(date);
    let mut text = *b"0000-00-00";
    text[0] = b'0' + (year / 1000 % 10) as u8;
    text[1] = b'0' + (year / 100 % 10) as u8;
    text[2] = b'0' + (year / 10 % 10) as u8;
    text[3] = b'0' + (year % 10) as u8;
    two(&mut text, 5, month);
    two(&mut text, 8, day);
    out.extend_from_slice(&text);
}

/// `2026-04-29T17:00:00+07:00`
pub(crate) fn moment(out: &mut Vec<u8>, moment: Moment) {
    date(out, moment.date());
    // Between 0 and 86,399.
    let time = (moment.seconds().rem_euclid(DAY_SECONDS)) as u32;
    let mut text = *b"T00:00:00+07:00";
    two(&mut text, 1, time / 3600);
    two(&mut text, 4, time / 60 % 60);
    two(&mut text, 7, time % 60);
    out.extend_from_slice(&text);
}

fn two<const LENGTH: usize>(text: &mut [u8; LENGTH], at: usize, number: u32) {
    text[at] = b'0' + (number / 10 % 10) as u8;
    text[at + 1] = b'0' + (number % 10) as u8;
}

/// Year, month and day of a date: the same as [`Date::ymd`], by the arithmetic of the Gregorian calendar alone (counted
/// from 1 March of year 0, so that the leap day comes last).
fn civil(date: Date) -> (u32, u32, u32) {
    /// Days from 0000-03-01 to 1970-01-01.
    const TO_EPOCH: i32 = 719_468;
    const DAYS_IN_400_YEARS: u32 = 146_097;
    // A `Date` is not before 1900, so this is positive.
    let days = (date.days() + TO_EPOCH) as u32;
    let (era, day_of_era) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (era * 400 + year_of_era + u32::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_day_is_written_as_the_model_writes_it() {
        for days in Date::MIN.days()..=Date::MAX.days() {
            let day = Date::from_days(days).unwrap();
            assert_eq!(written(|out| date(out, day)), day.to_string());
            let then = day.at(i64::from(days).rem_euclid(DAY_SECONDS));
            assert_eq!(written(|out| moment(out, then)), then.to_string());
        }
    }

    #[test]
    fn numbers_are_written_in_full() {
        for value in [0, 9, 10, 750_000, u64::MAX] {
            assert_eq!(written(|out| number(out, value)), value.to_string());
        }
    }
}
