/* A stand-in for the built Vue shops: a small page that makes the calls they make, the way they make them, in both
   dialects. `dialect` is set before this file: "classic" (variant A of the contract) or "modern" (variant B). */
(function () {
  "use strict";
  var host = "http://shop.example:8000/"; // hard-coded, as in the real bundles; attach_shop takes it away
  var classic = dialect === "classic";
  var categoryPath = classic ? "categorys/" : "categories/";
  var phoneKey = classic ? "signer_mobile" : "singer_mobile";

  // -- The wire ---------------------------------------------------------------------------------
  function cookie(name) {
    var match = document.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)"));
    return match ? match[1] : ""; // read back without unescape, as the client does
  }
  function keep(name, value) {
    document.cookie = name + "=" + escape(value) + "; max-age=" + 7 * 86400 + "; path=/";
  }
  function call(method, path, body) {
    var headers = {};
    if (cookie("token")) headers.Authorization = (classic ? "JWT " : "Bearer ") + cookie("token");
    if (body !== undefined && !(body instanceof FormData)) {
      headers["Content-Type"] = "application/json;charset=utf-8";
      body = JSON.stringify(body);
    }
    return fetch(path, { method: method, headers: headers, body: body }).then(function (response) {
      if (response.status === 204) return null;
      return response.json().then(function (data) {
        if (!response.ok) throw data;
        return data;
      });
    });
  }
  var api = {
    categories: function () { return call("GET", host + (classic ? "/categorys/" : "/categories/")); },
    category: function (id) { return call("GET", host + "/" + categoryPath + id + "/"); },
    banners: function () { return call("GET", host + "/banners/"); },
    hotWords: function () { return call("GET", host + "/hotsearchs/"); },
    sections: function () { return call("GET", host + "/indexgoods/"); },
    goods: function (query) { return call("GET", host + "/goods/?" + new URLSearchParams(query)); },
    item: function (id) { return call("GET", host + "/goods/" + id + "/"); },
    code: function (mobile) { return call("POST", host + "/code/", { mobile: mobile }); },
    register: function (form) { return call("POST", host + "/users/", form); },
    login: function (form) { return call("POST", host + "/login/", form); },
    profile: function () { return call("GET", host + (classic ? "/users/1/" : "/users/")); },
    saveProfile: function (user) { return call("PATCH", host + "/users/1/", user); },
    cart: function () { return call("GET", host + "/shopcarts/"); },
    addToCart: function (goods, nums) { return call("POST", host + "/shopcarts/", { goods: String(goods), nums: nums }); },
    setAmount: function (goods, nums) { return call("PATCH", host + "/shopcarts/" + goods + "/", { nums: nums }); },
    dropFromCart: function (goods) { return call("DELETE", host + "/shopcarts/" + goods + "/"); },
    favourite: function (goods) { return call("POST", host + "/userfavs/", { goods: String(goods) }); },
    addresses: function () { return call("GET", host + "/address/"); },
    addAddress: function (form) { return call("POST", host + "/address/", form); },
    order: function (form) { return call("POST", host + "/orders/", form); },
    orders: function () { return call("GET", host + "/orders/"); },
    orderOf: function (id) { return call("GET", host + "/orders/" + id + "/"); },
    write: function (form) { return call("POST", host + "/messages/", form); },
    messages: function () { return call("GET", host + "/messages/"); }
  };

  // -- The page ---------------------------------------------------------------------------------
  var app = document.getElementById("app");
  function element(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (name.slice(0, 2) === "on") node.addEventListener(name.slice(2), attributes[name]);
      else if (name === "html") node.innerHTML = attributes[name];
      else node.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) {
      node.append(child);
    });
    return node;
  }
  function show(name, children) {
    app.replaceChildren(header(), element("section", { id: "page", "data-page": name }, children));
  }
  function header() {
    var amount = element("b", { id: "cart-count" }, ["0"]);
    if (cookie("token")) api.cart().then(function (rows) { amount.textContent = rows.length; }, ignore);
    var words = element("span", { id: "hot-words" });
    api.hotWords().then(function (rows) {
      rows.forEach(function (row) { words.append(link("#/app/home/search/" + row.keywords, row.keywords)); });
    }, ignore);
    return element("header", {}, [
      link("#/app/home/index", "首页"), link("#/app/register", "注册"), link("#/app/login", "登录"),
      link("#/app/shoppingcart/cart", "购物车 "), amount, link("#/app/home/member/order", "我的订单"),
      link("#/app/home/member/userinfo", "用户信息"), link("#/app/home/member/message", "我的留言"), words
    ]);
  }
  function ignore() {} // the client swallows what fails in the background
  function link(target, text) { return element("a", { href: target }, [text]); }
  function card(goods) {
    return element("a", { "class": "goods", href: "#/app/home/productDetail/" + goods.id }, [
      element("img", { src: goods.goods_front_image, alt: "", width: "120", height: "120" }),
      element("p", {}, [goods.name]), element("em", {}, ["￥" + goods.shop_price + "元"])
    ]);
  }
  function form(fields, submit) {
    var errors = element("p", { id: "error" });
    return element("form", {
      onsubmit: function (event) {
        event.preventDefault();
        var values = {};
        new FormData(event.target).forEach(function (value, key) { values[key] = value; });
        submit(values, event.target).catch(function (error) {
          errors.textContent = Object.keys(error).map(function (key) {
            return Array.isArray(error[key]) ? error[key][0] : "";
          }).join(" ");
        });
      }
    }, fields.concat([errors, element("button", { type: "submit" }, ["提交"])]));
  }
  function input(name, label, type) {
    return element("label", {}, [label, element("input", { name: name, type: type || "text" })]);
  }
  function signIn(answer, name) {
    keep("name", name);
    keep("token", answer.token);
    location.hash = "#/app/home/index";
  }

  var pages = {
    "/app/home/index": function () {
      Promise.all([api.categories(), api.banners(), api.goods({ is_new: "true" }), api.sections()]).then(function (all) {
        show("home", [
          element("nav", {}, all[0].filter(function (row) { return row.is_tab; }).map(function (row) {
            return link("#/app/home/list/" + row.id, row.name);
          })),
          element("div", { id: "banners" }, all[1].map(function (row) {
            return element("a", { href: "#/app/home/productDetail/" + row.goods }, [element("img", { src: row.image, alt: "" })]);
          })),
          element("div", { id: "new" }, all[2].results.map(card)),
          element("div", { id: "sections" }, all[3].map(function (section) {
            var parts = [element("h2", {}, [section.name])];
            if (classic && section.ad_goods.id) parts.push(element("img", { "class": "ad", src: section.ad_goods.goods_front_image, alt: "" }));
            section.brands.forEach(function (brand) { parts.push(element("img", { "class": "brand", src: brand.image, alt: brand.name })); });
            return element("article", {}, parts.concat(section.goods.map(card)));
          }))
        ]);
      });
    },
    "/app/home/list/:id": function (id) {
      Promise.all([
        api.category(id),
        api.goods({ page: 1, top_category: id, ordering: "-add_time", pricemin: "", pricemax: "" })
      ]).then(function (all) {
        show("list", [
          element("h1", {}, [all[0].name]), element("p", { id: "count" }, [String(all[1].count)]),
          element("div", {}, all[1].results.map(card))
        ]);
      });
    },
    "/app/home/search/:word": function (word) {
      api.goods({ search: decodeURIComponent(word) }).then(function (found) {
        show("search", [element("p", { id: "count" }, [String(found.count)]), element("div", {}, found.results.map(card))]);
      });
    },
    "/app/home/productDetail/:id": function (id) {
      Promise.all([api.item(id), api.goods({ is_hot: "true" })]).then(function (all) {
        var goods = all[0];
        var nums = element("input", { id: "nums", value: "1" });
        show("detail", [
          element("h1", {}, [goods.name]), element("img", { src: goods.images[0].image, alt: "", width: "300" }),
          element("em", {}, ["￥" + goods.shop_price + "元"]), element("p", { id: "stock" }, ["库存 " + goods.goods_num]), nums,
          element("button", {
            id: "add", onclick: function () {
              api.addToCart(id, nums.value).then(function () { pages["/app/home/productDetail/:id"](id); }, ignore);
            }
          }, ["加入购物车"]),
          element("button", { id: "favourite", onclick: function () { api.favourite(id).catch(ignore); } }, ["收藏"]),
          element("div", { html: goods.goods_desc })
        ]);
      });
    },
    "/app/register": function () {
      show("register", [form([
        input("mobile", "手机号码"),
        element("button", {
          id: "send-code", type: "button", onclick: function (event) {
            api.code(event.target.form.mobile.value).catch(ignore);
          }
        }, ["免费获取验证码"]),
        input("code", "验证码"), input("password", "密码", "password")
      ], function (values) {
        return api.register({ username: values.mobile, password: values.password, code: values.code }).then(function (answer) {
          signIn(answer, answer.username);
        });
      })]);
    },
    "/app/login": function () {
      show("login", [form([input("username", "用户名"), input("password", "密码", "password")], function (values) {
        return api.login(values).then(function (answer) { signIn(answer, values.username); });
      })]);
    },
    "/app/shoppingcart/cart": function () {
      Promise.all([api.cart(), api.addresses()]).then(function (all) {
        var total = 0;
        var lines = all[0].map(function (row) {
          total += row.goods.shop_price * row.nums;
          return element("li", { "data-goods": row.goods.id }, [
            row.goods.name + " ￥" + row.goods.shop_price + " x ", element("b", {}, [String(row.nums)]),
            element("button", { "class": "plus", onclick: function () { api.setAmount(row.goods.id, row.nums + 1).then(route, ignore); } }, ["+"]),
            element("button", { "class": "drop", onclick: function () { api.dropFromCart(row.goods.id).then(route, ignore); } }, ["删除"])
          ]);
        });
        var address = all[1][0];
        show("cart", [
          element("ul", {}, lines), element("p", { id: "total" }, ["￥" + total]),
          form([input("province", "省"), input("city", "市"), input("district", "区"), input("address", "详细地址"),
            input("signer_name", "收货人"), input("signer_mobile", "电话")], function (values) {
            // The real page sends its junk keys along.
            return api.addAddress(Object.assign({ area: "", receiveName: "", addr: "", phone: "" }, values)).then(route);
          }),
          element("p", { id: "address" }, [address ? address.province + address.city + address.district + address.address : ""]),
          element("button", {
            id: "pay", onclick: function () {
              var body = { post_script: "", order_mount: total, signer_name: address.signer_name };
              body.address = address.province + address.city + address.district + address.address;
              body[phoneKey] = address.signer_mobile;
              api.order(body).then(function (order) { location.href = order.alipay_url; }, ignore);
            }
          }, ["去结算"])
        ]);
      });
    },
    "/app/home/member/order": function () {
      api.orders().then(function (rows) {
        show("orders", [element("ul", {}, rows.map(function (row) {
          var status = { paying: "待支付", TRADE_SUCCESS: "已支付" }[row.pay_status] || "";
          return element("li", { "data-status": row.pay_status }, [
            link("#/app/home/member/orderDetail/" + row.id, row.order_sn), " ￥" + row.order_mount + " " + status + " " + row.add_time
          ]);
        }))]);
      });
    },
    "/app/home/member/orderDetail/:id": function (id) {
      api.orderOf(id).then(function (order) {
        show("order", [
          element("p", { id: "recipient" }, [order.signer_name + " " + order[phoneKey] + " " + order.address]),
          element("p", { id: "pay-status" }, [order.pay_status]),
          element("ul", {}, order.goods.map(function (line) {
            return element("li", {}, [line.goods.name + " ￥" + line.goods.shop_price + " x " + line.goods_num]);
          }))
        ]);
      });
    },
    "/app/home/member/userinfo": function () {
      api.profile().then(function (user) {
        show("userinfo", [
          element("p", { id: "mobile" }, [user.mobile || ""]),
          form([input("shown", "姓名"), input("email", "邮箱")], function (values) {
            user[classic ? "name" : "username"] = values.shown || user[classic ? "name" : "username"];
            user.email = values.email;
            return api.saveProfile(user).then(function () { app.dataset.saved = "yes"; });
          })
        ]);
      });
    },
    "/app/home/member/message": function () {
      api.messages().then(function (rows) {
        show("messages", [
          element("ul", {}, rows.map(function (row) {
            return element("li", { "data-kind": row.message_type === 1 ? "留言" : "其它" }, [row.subject + ": " + row.message]);
          })),
          form([input("subject", "主题"), input("message", "内容")], function (values) {
            var data = new FormData();
            data.append("file", ""); // no file chosen: an empty text part, as the client sends it
            data.append("subject", values.subject);
            data.append("message", values.message);
            data.append("message_type", "1");
            return api.write(data).then(route);
          })
        ]);
      });
    }
  };

  function route() {
    var path = location.hash.slice(1) || "/app/home/index";
    Object.keys(pages).some(function (pattern) {
      var match = path.match(new RegExp("^" + pattern.replace(/:\w+/, "([^/?]+)") + "/?$"));
      if (match) pages[pattern](match[1]);
      return match;
    });
  }
  window.addEventListener("hashchange", route);
  route();
})();
