// Sends the buffers of an indicator of your own to the product, at candles that have closed.
// Prices are sent by the program in bridges/metatrader: the MetaTrader5 module for Python cannot
// read buffers, and a service can. Settings and steps: README.md beside this file.
#property service
#property copyright "Apache-2.0"
#property version   "1.00"

input string Address    = "https://tidemark.example";   // The product; allow it under Tools > Options > Expert Advisors
input string Secret     = "";                           // One of INGEST_SECRETS: whsec_...
input string Symbols    = "EURUSD=EURUSD";              // Our name = the broker's name, with commas
input string Frames     = "H1,H4,D1";                   // Timeframes, with commas
input string Indicator  = "Fractal Horizontal Line";    // Under MQL5\Indicators, without .ex5
input string Buffers    = "0,1";                        // Numbers of buffers, with commas
input int    Candles    = 300;                          // Closed candles that are sent, at most 2000
input int    EverySeconds = 30;

struct Line
  {
   string symbol;
   string name;
   string frame;
   ENUM_TIMEFRAMES period;
   int    buffer;
   int    handle;
   datetime last;
  };

Line   lines[];
uchar  key_bytes[];

void OnStart()
  {
   if(!ReadSecret() || !Prepare())
      return;
   while(!IsStopped())
     {
      for(int i = 0; i < ArraySize(lines); i++)
         Send(lines[i]);
      for(int s = 0; s < EverySeconds && !IsStopped(); s++)
         Sleep(1000);
     }
   for(int i = 0; i < ArraySize(lines); i++)
      IndicatorRelease(lines[i].handle);
  }

bool ReadSecret()
  {
   uchar text[], none[];
   if(StringFind(Secret, "whsec_") != 0)
     { Print("Secret must begin with whsec_"); return false; }
   StringToCharArray(StringSubstr(Secret, 6), text, 0, StringLen(Secret) - 6, CP_UTF8);
   return CryptDecode(CRYPT_BASE64, text, none, key_bytes) > 0;
  }

bool Prepare()
  {
   string pairs[], frames[], buffers[];
   int p = StringSplit(Symbols, ',', pairs), f = StringSplit(Frames, ',', frames), b = StringSplit(Buffers, ',', buffers);
   for(int i = 0; i < p; i++)
      for(int j = 0; j < f; j++)
        {
         string names[];
         ENUM_TIMEFRAMES period;
         if(StringSplit(pairs[i], '=', names) != 2 || !FrameOf(frames[j], period))
           { Print("Not understood: ", pairs[i], " ", frames[j]); return false; }
         SymbolSelect(names[1], true);
         int handle = iCustom(names[1], period, Indicator);
         if(handle == INVALID_HANDLE)
           { Print("Indicator ", Indicator, " did not start on ", pairs[i], ": ", GetLastError()); return false; }
         for(int k = 0; k < b; k++)
           {
            int n = ArraySize(lines);
            ArrayResize(lines, n + 1);
            lines[n].symbol = names[0];
            lines[n].name   = names[1];
            lines[n].frame  = frames[j];
            lines[n].period = period;
            lines[n].buffer = (int)StringToInteger(buffers[k]);
            lines[n].handle = handle;
            lines[n].last   = 0;
           }
        }
   return ArraySize(lines) > 0;
  }

bool FrameOf(string frame, ENUM_TIMEFRAMES &period)
  {
   string names[] = {"M5", "M15", "M30", "H1", "H2", "H4", "H8", "H12", "D1"};
   ENUM_TIMEFRAMES periods[] = {PERIOD_M5, PERIOD_M15, PERIOD_M30, PERIOD_H1, PERIOD_H2, PERIOD_H4, PERIOD_H8, PERIOD_H12, PERIOD_D1};
   for(int i = 0; i < ArraySize(names); i++)
      if(names[i] == frame)
        { period = periods[i]; return true; }
   return false;
  }

// Everything from the last closed candle back; candle 0 is still forming and is never sent.
void Send(Line &line)
  {
   double   values[];
   datetime times[];
   int count = MathMin(Candles, 2000);
   int got = CopyBuffer(line.handle, line.buffer, 1, count, values);
   if(got <= 0 || CopyTime(line.name, line.period, 1, got, times) != got || times[got - 1] == line.last)
      return;
   // The terminal knows the broker's distance from UTC of now only: older candles from before a
   // change of clocks are an hour off, so keep Candles small around one.
   long shift = (long)MathRound((double)(TimeTradeServer() - TimeGMT()) / 1800.0) * 1800;
   string points = "";
   for(int i = 0; i < got; i++)
     {
      if(values[i] == EMPTY_VALUE || !MathIsValidNumber(values[i]))
         continue;
      if(points != "")
         points += ",";
      points += StringFormat("{\"time\":%I64d,\"value\":%.10g}", (long)times[i] - shift, values[i]);
     }
   string label = Indicator;
   StringReplace(label, "\\", "/");
   string body = "{\"source\":\"mt5\",\"symbol\":\"" + line.symbol + "\",\"timeframe\":\"" + line.frame +
                 "\",\"name\":\"" + label + " " + IntegerToString(line.buffer) + "\",\"points\":[" + points + "]}";
   if(Post("/api/ingest/indicators", body))
      line.last = times[got - 1];
  }

bool Post(string path, string text)
  {
   uchar body[], answer[];
   string headers;
   StringToCharArray(text, body, 0, WHOLE_ARRAY, CP_UTF8);
   ArrayResize(body, ArraySize(body) - 1);   // without the closing zero
   string ident = StringFormat("mq5-%I64d-%u-%d", (long)TimeGMT(), GetTickCount(), MathRand());
   string stamp = IntegerToString((long)TimeGMT());
   string head = "Content-Type: application/json\r\nwebhook-id: " + ident + "\r\nwebhook-timestamp: " + stamp +
                 "\r\nwebhook-signature: v1," + Signature(ident + "." + stamp + ".", body) + "\r\n";
   ResetLastError();
   int status = WebRequest("POST", Address + path, head, 10000, body, answer, headers);
   if(status == 200)
      return true;
   Print("Not taken (", status, ", ", GetLastError(), "): ", CharArrayToString(answer, 0, WHOLE_ARRAY, CP_UTF8));
   return false;
  }

// HMAC-SHA256 (RFC 2104), in base64: the terminal has the hash alone.
string Signature(string prefix, const uchar &body[])
  {
   uchar none[], key[], inner[], outer[], hashed[], digest[], encoded[], begin[];
   ArrayCopy(key, key_bytes);
   if(ArraySize(key) > 64)
     { CryptEncode(CRYPT_HASH_SHA256, key_bytes, none, key); }
   int length = ArraySize(key);
   ArrayResize(key, 64);
   for(int i = length; i < 64; i++)
      key[i] = 0;
   ArrayResize(inner, 64);
   ArrayResize(outer, 64);
   for(int i = 0; i < 64; i++)
     { inner[i] = (uchar)(key[i] ^ 0x36); outer[i] = (uchar)(key[i] ^ 0x5c); }
   StringToCharArray(prefix, begin, 0, StringLen(prefix), CP_UTF8);
   ArrayCopy(inner, begin, 64, 0, StringLen(prefix));
   ArrayCopy(inner, body, ArraySize(inner));
   CryptEncode(CRYPT_HASH_SHA256, inner, none, hashed);
   ArrayCopy(outer, hashed, 64);
   CryptEncode(CRYPT_HASH_SHA256, outer, none, digest);
   CryptEncode(CRYPT_BASE64, digest, none, encoded);
   return CharArrayToString(encoded, 0, WHOLE_ARRAY, CP_UTF8);
  }
